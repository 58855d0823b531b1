import { type Static, type TSchema, Type } from 'typebox';
import { DateTime, Id, MAX_INTEGER, Nullable, StrictObject } from './common.ts';
import { examplesOf, inPascalCase, oneOfForms } from './forms.ts';
import { REQUESTED_PARAMETERS } from './job-parameters.ts';
import { BATCH_TYPES, type BatchType } from './job-types.ts';

const TypeOfBatch = Type.Enum([...BATCH_TYPES], { description: 'What is done with every item.' });
const BatchStatus = Type.Enum(['pending', 'running', 'completed', 'failed', 'paused', 'cancelled']);
const Count = Type.Integer({ minimum: 0, maximum: MAX_INTEGER });

const settings = {
  name: Type.String({ minLength: 1, maxLength: 255 }),
  priority: Type.Integer({
    minimum: -100,
    maximum: 100,
    description: 'Of all that is yours, the highest is done first.',
  }),
  workerCount: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    description: 'How many of its jobs may run at once, over all processes.',
  }),
};

/** What a caller asks for: `items` as the form of the type has them. */
export type CreateBatch = {
  name: string;
  type: BatchType;
  items: unknown[];
  priority?: number;
  workerCount?: number;
  maxRetries?: number;
};

/** The forms of it, by their names in the document: one for each type. */
export const CREATE_BATCH_FORMS = Object.fromEntries(
  BATCH_TYPES.map((type) => [`Create${inPascalCase(type)}Batch`, toForm(type)]),
);

function toForm(type: BatchType) {
  const parameters: TSchema = REQUESTED_PARAMETERS[type];
  const properties = {
    name: settings.name,
    type: Type.Literal(type),
    items: Type.Array(parameters, {
      minItems: 1,
      maxItems: 10_000,
      description: 'One for each job: the `parameters` that `POST /v1/jobs` takes for the type.',
    }),
    priority: Type.Optional(settings.priority),
    workerCount: Type.Optional(settings.workerCount),
    maxRetries: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 20,
        description: 'How often a job is tried again that failed for a passing reason.',
      }),
    ),
  };
  return StrictObject(properties, {
    examples: [{ name: 'Monday', type, items: examplesOf(parameters) }],
  });
}

export const CreateBatch = oneOfForms<CreateBatch>(BATCH_TYPES, CREATE_BATCH_FORMS, {
  examples: [
    {
      name: 'The talks of Monday',
      type: 'import',
      items: [
        { title: 'Opening', text: 'Ada: Welcome to the mill.\nBen: Thank you.' },
        { title: 'The wheel', text: 'Ada: Why did the wheel stall?\nBen: The race was dry.' },
      ],
      workerCount: 2,
    },
  ],
});

export const UpdateBatch = StrictObject(
  {
    name: Type.Optional(settings.name),
    priority: Type.Optional(settings.priority),
    workerCount: Type.Optional(settings.workerCount),
  },
  { minProperties: 1, examples: [{ workerCount: 4 }] },
);
export type UpdateBatch = Static<typeof UpdateBatch>;

/** Of how many jobs each can be said; together they are `totalFiles`. */
export const BatchCounts = StrictObject({
  queued: Count,
  running: Count,
  completed: Count,
  failed: Count,
  cancelled: Count,
  paused: Count,
});
export type BatchCounts = Static<typeof BatchCounts>;

const properties = {
  id: Id,
  name: Type.String(),
  // Rows hold it as text.
  type: Type.Unsafe<string>(TypeOfBatch),
  status: BatchStatus,
  priority: Type.Integer(),
  totalFiles: Type.Integer({ minimum: 1, description: 'How many items it has.' }),
  workerCount: Type.Integer(),
  counts: BatchCounts,
  processed: Type.Integer({ minimum: 0, description: 'Completed, failed and cancelled ones.' }),
  progress: Type.Number({ minimum: 0, maximum: 1, description: 'The mean of its jobs.' }),
  completionJobId: Nullable(
    Type.String({ ...Id, description: 'The job whose result sums it up, once all has ended.' }),
  ),
  startTime: Nullable(DateTime),
  endTime: Nullable(DateTime),
  createdAt: DateTime,
  updatedAt: DateTime,
};

/** Jobs that were started together. */
export const Batch = StrictObject(properties, { $id: 'Batch' });
export type Batch = Static<typeof Batch>;

/** An item that failed. */
export const BatchFailure = StrictObject({
  item: Type.Integer({ minimum: 0, description: 'Its place in `items`, from 0.' }),
  jobId: Id,
  errorCode: Nullable(Type.String()),
  errorMessage: Nullable(Type.String()),
});
export type BatchFailure = Static<typeof BatchFailure>;

export const BatchWithFailures = StrictObject(
  {
    ...properties,
    failures: Type.Array(BatchFailure, {
      description: 'The first 20; all of them are at `GET /v1/jobs?batchId=…&status=failed`.',
    }),
  },
  { $id: 'BatchWithFailures' },
);
export type BatchWithFailures = Static<typeof BatchWithFailures>;

export const StartedBatch = StrictObject({
  batch: Type.Unsafe<BatchWithFailures>({ $ref: 'BatchWithFailures#' }),
});
