import { type Static, Type } from 'typebox';

const Milliseconds = Type.Integer({ minimum: 0, maximum: 3_600_000 });
const Bytes = Type.Integer({ minimum: 0, maximum: 67_108_864 });
const step = <T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** What a model does next, in the middle of an answer. */
export const Step = Type.Union([
  /** Writes text, as one piece. */
  step({ text: Type.String() }),
  /** Writes text piece by piece, with a pause before each. */
  step({ pieces: Type.Array(Type.String()), everyMs: Milliseconds }),
  /** Says nothing for a while, */
  step({ waitMs: Milliseconds }),
  /** or until the caller leaves. */
  step({ silence: Type.Literal(true) }),
  /** Refuses by the field that OpenAI has for it. */
  step({ refusal: Type.String() }),
  /** Calls a tool that nobody offered. */
  step({ toolCall: step({ name: Type.String(), arguments: Type.String() }) }),
  /** Ends the text, with `stop`, `length`, `content_filter` or anything else. */
  step({ finish: Type.String() }),
  step({ usage: step({ promptTokens: Type.Integer(), completionTokens: Type.Integer() }) }),
  /** An error object in the stream. */
  step({ error: Type.String() }),
  /** Sends this as it is: comments, other line ends, what is no event at all. */
  step({ raw: Type.String() }),
  /** Sends one line of so many bytes. */
  step({ lineBytes: Bytes }),
  /** Sends `[DONE]`. */
  step({ done: Type.Literal(true) }),
  /** Breaks the connection off. */
  step({ reset: Type.Literal(true) }),
]);
export type Step = Static<typeof Step>;

/** One answer. */
export const Reply = Type.Object(
  {
    /** Answers only requests whose body has this text in it. */
    when: Type.Optional(Type.String()),
    /** How many requests it answers, before the next reply's turn. */
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Writes this word by word, and ends as a model should. */
    text: Type.Optional(Type.String()),
    /** Does this and nothing else: without `finish` and `done` the answer breaks off. */
    steps: Type.Optional(Type.Array(Step)),
    /** Answers with this body instead, as it is. */
    body: Type.Optional(Type.String()),
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** Waits before anything is sent. */
    waitMs: Type.Optional(Milliseconds),
    /** Breaks the connection off behind so many bytes of the body; at 0, without an answer. */
    resetAtByte: Type.Optional(Bytes),
    /** Sends the body in parts of so many bytes. */
    partBytes: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);
export type Reply = Static<typeof Reply>;

/**
 * What a scripted server does. Each request is answered by the first reply that fits and is not
 * used up; the last one stays, for as many as come.
 */
export const Script = Type.Object(
  {
    models: Type.Optional(Type.Array(Type.String())),
    chat: Type.Optional(Type.Array(Reply)),
    /** Without one, or with an empty one, each text gets its vector. */
    embeddings: Type.Optional(Type.Array(Reply)),
    dimensions: Type.Optional(Type.Integer({ minimum: 1, maximum: 4_096 })),
    /** Without one, or with an empty one, words are made up for as long as the recording is. */
    transcriptions: Type.Optional(Type.Array(Reply)),
  },
  { additionalProperties: false },
);
export type Script = Static<typeof Script>;
