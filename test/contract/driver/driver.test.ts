import { describeDriver } from './conformance.ts';
import { httpSubjects } from './http-subjects.ts';

for (const subject of httpSubjects) describeDriver(subject);
