// Waits for times that are EVERY_MS apart, asleep, and prints when it woke up, in milliseconds of the machine's monotonic
// clock: several such processes show the share of the scheduler in the difference of the starts of a fleet.
// Arguments: first time, number of times.
const EVERY_MS = 50;
const [firstMs, count] = process.argv.slice(2).map(Number);
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

const wokeMs = Array.from({ length: count ?? 0 }, (_, index) => {
  const untilMs = (firstMs ?? 0) + index * EVERY_MS;
  for (let leftMs = untilMs - nowMs(); leftMs > 0; leftMs = untilMs - nowMs()) Atomics.wait(never, 0, 0, leftMs);
  return nowMs();
});
console.log(JSON.stringify(wokeMs));
