import { type Static, Type } from 'typebox';
import { Nullable, reference, StrictObject } from './common.ts';
import { describeStatus } from './problem.ts';

/** An error as OpenAI's API tells it. Match on `code`: it is stable, `message` is not. */
export const OpenAiError = StrictObject(
  {
    error: StrictObject({
      message: Type.String(),
      type: Type.Enum(['invalid_request_error', 'requests', 'server_error']),
      param: Nullable(
        Type.String({ description: 'What does not fit, such as `messages[0].content`.' }),
      ),
      code: Type.String({
        description:
          '`invalid_api_key`, `model_not_found`, `rate_limit_exceeded`, or a code of `Problem`.',
      }),
    }),
  },
  { $id: 'OpenAiError' },
);
export type OpenAiError = Static<typeof OpenAiError>;

const OpenAiErrorReference = reference<OpenAiError>('OpenAiError');

/** The answer of a status that is an error, for a route's `response`. */
export function openAiErrors(...statuses: number[]): object {
  const answer = (status: number) => ({
    description: describeStatus(status),
    content: { 'application/json': { schema: OpenAiErrorReference } },
  });
  return Object.fromEntries(statuses.map((status) => [status, answer(status)]));
}
