import { type TSchema, Type } from 'typebox';
import { StrictObject } from './common.ts';
import { examplesOf, inPascalCase, oneOfForms } from './forms.ts';
import { REQUESTED_PARAMETERS } from './job-parameters.ts';
import { BATCH_TYPES, type BatchType } from './job-types.ts';
import { JobOptions } from './jobs.ts';

/** What a caller asks for: `parameters` as the form of the type has them. */
export type CreateJob = JobOptions & { type: BatchType; parameters: unknown };

/** The forms of it, by their names in the document: one for each type. */
export const CREATE_JOB_FORMS = Object.fromEntries(
  BATCH_TYPES.map((type) => [`Create${inPascalCase(type)}Job`, toForm(type)]),
);

function toForm(type: BatchType) {
  const parameters: TSchema = REQUESTED_PARAMETERS[type];
  const examples = examplesOf(parameters).map((example) => ({ type, parameters: example }));
  return StrictObject(
    { type: Type.Literal(type), parameters, ...JobOptions.properties },
    { examples },
  );
}

export const CreateJob = oneOfForms<CreateJob>(BATCH_TYPES, CREATE_JOB_FORMS, {
  examples: examplesOf(toForm('import')),
});
