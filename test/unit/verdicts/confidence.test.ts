import { describe, expect, test } from 'vitest';
import { OK } from '../../../src/core/outcome.ts';
import { binomialQuantile } from '../../../src/verdicts/binomial.ts';
import { CourseRecorder } from '../../../src/verdicts/course.ts';
import { studentT975, Z_975 } from '../../../src/verdicts/student.ts';
import { Generator } from './generator.ts';
import { follow } from './runs.ts';
