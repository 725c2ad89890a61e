import { mongodbDriver } from '../../src/drivers/mongodb/mongodb-driver.ts';
import { httpOptions, ticketMaterials } from '../contract/driver/http-options.ts';
import { describeDamagedAnswers, SESSIONS, type Subject } from '../mutation/damaged-answers.ts';
import { FERRETDB, startFerretdb } from './ferretdb.ts';

const SUBJECT: Subject = {
  name: 'FerretDB',
  binary: FERRETDB,
  factory: mongodbDriver,
  async start() {
    const server = await startFerretdb();
    await server.ask('load', { insert: 'docs', documents: [{ _id: 'there', text: 'a text', n: 1 }] });
    return server;
  },
  options: (port, sessions) => {
    const secretUrl = `mongodb://127.0.0.1:${port}/load?minHeartbeatFrequencyMS=1&heartbeatFrequencyMS=500`;
    const materials = { ...ticketMaterials, criteria: () => ({ _id: 'there' }) };
    return { ...httpOptions('', { materials, sessions }), target: { driver: 'mongodb', url: secretUrl, secretUrl } };
  },
  kindOf(sent) {
    // The greeting is an OP_QUERY; in an OP_MSG the command's name is behind its document's length and type.
    if (sent.readInt32LE(12) === 2004) return 'greeting';
    return sent.toString('latin1', 26, sent.indexOf(0, 26));
  },
  fit(answer, sent) {
    const fitting = Buffer.from(answer);
    sent.copy(fitting, 8, 4, 8);
    return fitting;
  },
  // The client asks its server from time to time how it is.
  recordMs: 1500,
};

describeDamagedAnswers({ ...SUBJECT, name: 'FerretDB to requests', only: 'find' });

// The client library gives up all connections of a server whose greeting or sign of life is damaged twice in a row.
describeDamagedAnswers({
  ...SUBJECT,
  name: 'FerretDB, signs of life included',
  answers: 1000,
  endsAtMost: SESSIONS,
});
