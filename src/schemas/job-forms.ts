import { type TSchema, Type } from 'typebox';
import { StrictObject } from './common.ts';
import { inPascalCase, oneOfForms } from './forms.ts';
import { shownParameters } from './job-parameters.ts';
import { JOB_RESULTS } from './job-results.ts';
import { JOB_TYPES, type JobType } from './job-types.ts';
import { jobProperties, runsOfJob } from './jobs.ts';

/* Jobs as the document describes them. Answers are written by `StoredJob`. */

function propertiesOf(type: JobType) {
  const result: TSchema = JOB_RESULTS[type];
  return jobProperties({ type: Type.Literal(type), parameters: shownParameters(type), result });
}

/** A job of each type, by its name in the document. */
export const JOB_FORMS = Object.fromEntries(
  JOB_TYPES.map((type) => [`${inPascalCase(type)}Job`, StrictObject(propertiesOf(type))]),
);
export const Job = oneOfForms<unknown>(JOB_TYPES, JOB_FORMS);

/** The same with its runs. */
export const JOB_FORMS_WITH_RUNS = Object.fromEntries(
  JOB_TYPES.map((type) => [
    `${inPascalCase(type)}JobWithRuns`,
    StrictObject({ ...propertiesOf(type), runs: runsOfJob }),
  ]),
);
export const JobWithRuns = oneOfForms<unknown>(JOB_TYPES, JOB_FORMS_WITH_RUNS);
