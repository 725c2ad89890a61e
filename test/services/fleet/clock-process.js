// An agent's estimate of a clock, in a process of its own: answers with it, and with the difference of its own clock to
// that of the system, which all processes of this machine share.
//
//   node test/services/fleet/clock-process.js BUS
import { RemoteClock } from '#dist/fleet/agent/remote-clock.js';
import { connectNats } from '#dist/fleet/bus/nats-connect.js';
import { readNatsSettings } from '#dist/fleet/bus/nats-settings.js';
import { systemClock } from '#dist/shared/clock.js';

const clock = systemClock();
const [url] = process.argv.slice(2);
const bus = await connectNats(readNatsSettings(url, {}), { name: 'agent', clock, onProblem: () => {} });
const remote = new RemoteClock(bus, 'time', clock);
await remote.start(1);
const nowMs = clock.nowMs();
const aheadMs = nowMs - Number(process.hrtime.bigint()) / 1e6;
console.log(JSON.stringify({ offsetMs: remote.toRemoteMs(nowMs) - nowMs, boundMs: remote.boundMs, aheadMs }));
remote.close();
await bus.close();
