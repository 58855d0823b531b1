import { type Static, Type } from 'typebox';
import type { ErrorCode } from '../errors.ts';
import { DateTime, Id, Nullable, reference, StrictObject } from './common.ts';
import { Playhead } from './playhead.ts';
import { Scope } from './scope.ts';

/**
 * Where the words of a citation are in the transcript's current revision. `anchored`: at the moment
 * that was cited; `moved`: at another one; `lost`: they are no longer there.
 */
export const CitationAnchor = StrictObject({
  status: Type.Enum(['anchored', 'moved', 'lost']),
  revision: Type.Integer({ minimum: 1, description: 'The current revision.' }),
  segments: Nullable(
    Type.Array(Type.Integer({ minimum: 0 }), {
      minItems: 2,
      maxItems: 2,
      description: 'Positions of the first and the last segment; null for what is lost.',
    }),
  ),
  startMs: Nullable(Type.Integer({ minimum: 0 })),
  endMs: Nullable(Type.Integer({ minimum: 0 })),
});
export type CitationAnchor = Static<typeof CitationAnchor>;

/** Where an answer took a claim from. The server makes it; no model writes any part of it. */
export const Citation = StrictObject({
  number: Type.Integer({ minimum: 1 }),
  transcriptId: Nullable(Id),
  revision: Type.Integer({ minimum: 1 }),
  segments: Type.Array(Type.Integer({ minimum: 0 }), {
    minItems: 2,
    maxItems: 2,
    description: 'Positions of the first and the last segment.',
  }),
  startMs: Nullable(Type.Integer({ minimum: 0 })),
  endMs: Nullable(Type.Integer({ minimum: 0 })),
  speaker: Nullable(Type.String()),
  quote: Type.String(),
  quoteMatch: Type.Enum(['exact', 'normalized', 'none']),
  answerStart: Type.Integer({
    minimum: 0,
    description: 'Where the supported claim begins in `content`, in UTF-16 code units.',
  }),
  answerEnd: Type.Integer({ minimum: 0 }),
  anchor: CitationAnchor,
  url: Nullable(
    Type.String({
      description: 'Deep link to the moment; where the words have moved, to the new one.',
    }),
  ),
});
export type Citation = Static<typeof Citation>;

/** How much of the scope an answer or a search looked at. */
export const Coverage = StrictObject({
  transcriptsInScope: Type.Integer({ minimum: 0 }),
  transcriptsRead: Type.Integer({ minimum: 0 }),
  chunksRead: Type.Integer({ minimum: 0 }),
  mode: Type.Enum(['lookup', 'whole', 'count'], {
    description:
      '`lookup`: the passages that fit best; `whole`: all that the scope holds; `count`: counted, not read.',
  }),
});
export type Coverage = Static<typeof Coverage>;

export const Usage = StrictObject({
  model: Type.String(),
  promptTokens: Type.Integer({ minimum: 0 }),
  completionTokens: Type.Integer({ minimum: 0 }),
});
export type Usage = Static<typeof Usage>;

/** What is stored beside a message. Only an answer has coverage and usage. */
export type MessageMetadata = {
  coverage?: Coverage;
  usage?: Usage;
  scope?: Scope;
  /** Of a question: how it was asked, for another answer to it. */
  playhead?: Playhead;
  strictCitations?: boolean;
  model?: string;
  /** Ids that the answerer cited and nobody had given it. */
  unknownCitations?: number;
  /** How many came after the last citation that an answer may have. */
  surplusCitations?: number;
  /** Of an answer that failed: why. */
  failure?: ErrorCode;
};

export const Message = StrictObject(
  {
    id: Id,
    conversationId: Id,
    parentId: Nullable(Id),
    siblingIds: Type.Array(Id, {
      description:
        'All messages with the same parent, this one among them, in the order of writing: the other questions that were asked here, or the other answers to the same question.',
    }),
    role: Type.Enum(['user', 'assistant', 'system']),
    content: Type.String(),
    status: Type.Enum(['complete', 'streaming', 'interrupted', 'failed']),
    createdAt: DateTime,
    citations: Type.Array(Citation),
    coverage: Nullable(Coverage),
    usage: Nullable(Usage),
  },
  { $id: 'Message' },
);
export type Message = Static<typeof Message>;
export const MessageReference = reference<Message>('Message');

const Model = Type.Optional(
  Type.String({ minLength: 1, maxLength: 255, description: 'One that `GET /v1/models` lists.' }),
);
const StrictCitations = Type.Optional(
  Type.Boolean({ description: 'Leave out what nothing that was said supports.' }),
);

export const AskBody = StrictObject(
  {
    content: Type.String({ minLength: 1, maxLength: 8_000, pattern: '\\S' }),
    scope: Type.Optional(Scope),
    model: Model,
    playhead: Type.Optional(Playhead),
    strictCitations: StrictCitations,
    parentId: Type.Optional(
      Type.Unsafe<string | null>({
        ...Nullable(Id),
        description:
          'The answer that this follows, which begins a branch of its own; null for the beginning. Default: the last message that the conversation shows.',
      }),
    ),
  },
  { examples: [{ content: 'Why did the wheel stall?' }] },
);
export type AskBody = Static<typeof AskBody>;

export const RegenerateBody = StrictObject(
  { model: Model, strictCitations: StrictCitations },
  { examples: [{}] },
);
export type RegenerateBody = Static<typeof RegenerateBody>;
