import { type Static, Type } from 'typebox';
import { ERRORS } from '../errors.ts';
import { reference, StrictObject } from './common.ts';
import { TrackKind } from './receipts.ts';

/** Where in the input a mistake is. */
export const ErrorLocationSchema = StrictObject({
  path: Type.String({ description: 'JSON pointer, or the name of a part.' }),
  message: Type.String(),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
});

/** Problem details as of RFC 9457. Match on `code`: it is stable, the other texts are not. */
export const Problem = StrictObject(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Enum(Object.keys(ERRORS)),
    detail: Type.String(),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(ErrorLocationSchema)),
    requested: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Of `captions_unavailable`: the languages that were wanted.',
      }),
    ),
    available: Type.Optional(
      Type.Array(StrictObject({ language: Type.String(), trackKind: TrackKind }), {
        description: 'Of `captions_unavailable`: the tracks that the video has.',
      }),
    ),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;

export const ProblemReference = reference<Problem>('Problem');

/** The answer of a status that is a problem, for a route's `response`. */
export function problems(...statuses: number[]): object {
  const answer = (status: number) => ({
    description: describeStatus(status),
    content: { 'application/problem+json': { schema: ProblemReference } },
  });
  return Object.fromEntries(statuses.map((status) => [status, answer(status)]));
}

/** What a status means, in a sentence. */
export const describeStatus = (status: number): string => DESCRIPTIONS[status] ?? 'Problem';

const DESCRIPTIONS: Record<number, string> = {
  400: 'The request cannot be read, or does not match its schema.',
  401: 'No valid credentials.',
  403: 'These credentials do not allow this, or the Origin is wrong.',
  404: 'There is no such thing, or it is not yours.',
  406: 'No acceptable representation.',
  409: 'It conflicts with what is there, or with a request that is still running.',
  413: 'The body is too large.',
  415: 'The content type is not supported.',
  422: 'It was understood, and cannot be done.',
  429: 'Too many requests; see `Retry-After`.',
  500: 'A fault of the server; the log has the request id.',
  502: 'What the request needs from elsewhere could not be had; try again later.',
  503: 'The server cannot answer right now; see `Retry-After`.',
  504: 'What the request needs from elsewhere took too long.',
};
