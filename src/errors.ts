/**
 * The catalogue of stable error codes. A code, once released, keeps its meaning; clients match on
 * it and never on `title` or `detail`. The status is the only thing about HTTP that lives here, so
 * that repositories and domain code can raise an error without knowing who asked.
 */
export const ERRORS = {
  malformed_request: { status: 400, title: 'The request could not be read' },
  validation_failed: { status: 400, title: 'The request does not match its schema' },
  invalid_cursor: { status: 400, title: 'The cursor is not one that this list returned' },
  idempotency_unsupported: { status: 400, title: 'This route cannot be replayed' },
  unauthenticated: { status: 401, title: 'Valid credentials are required' },
  invalid_credentials: { status: 401, title: 'The e-mail address or the password is wrong' },
  forbidden: { status: 403, title: 'These credentials do not allow this' },
  origin_mismatch: { status: 403, title: 'The Origin header does not match this server' },
  not_found: { status: 404, title: 'Not found' },
  not_acceptable: { status: 406, title: 'No acceptable representation' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  email_taken: { status: 409, title: 'The e-mail address is already registered' },
  video_already_imported: { status: 409, title: 'This video already has a transcript' },
  template_name_taken: { status: 409, title: 'A template of this type already has this name' },
  chunk_index_taken: { status: 409, title: 'The transcript already has a chunk at this index' },
  idempotency_in_progress: { status: 409, title: 'A request with this key is still running' },
  speaker_label_taken: { status: 409, title: 'The transcript already has a speaker of this label' },
  revision_conflict: { status: 409, title: 'The transcript has another revision by now' },
  not_streaming: { status: 409, title: 'The message is not being written' },
  no_question: { status: 409, title: 'There is no question that this would be an answer to' },
  too_many_branches: { status: 409, title: 'The message has too many replies' },
  batch_state: { status: 409, title: 'The batch cannot do this in its state' },
  job_state: { status: 409, title: 'The job cannot do this in its state' },
  conflict: { status: 409, title: 'The request conflicts with another one' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  unreadable_recording: { status: 422, title: 'The recording could not be read' },
  unreadable_transcript: { status: 422, title: 'The transcript could not be read' },
  video_unavailable: { status: 422, title: 'The video is not available' },
  video_private: { status: 422, title: 'The video is private' },
  video_age_restricted: { status: 422, title: 'The video is age-restricted' },
  captions_unavailable: { status: 422, title: 'The video has no captions like these' },
  url_not_allowed: { status: 422, title: 'This URL is not fetched' },
  source_too_large: { status: 422, title: 'What the URL leads to is too large' },
  invalid_template: { status: 422, title: 'The template cannot be rendered' },
  idempotency_mismatch: { status: 422, title: 'The key was used for another request' },
  unknown_model: { status: 422, title: 'No such model is allowed here' },
  rate_limited: { status: 429, title: 'Too many requests' },
  quota_exceeded: { status: 429, title: 'The quota of today is used up' },
  internal: { status: 500, title: 'Internal server error' },
  source_blocked: { status: 502, title: 'The source refuses to answer this server' },
  source_unreadable: { status: 502, title: 'The source gave an answer that cannot be read' },
  model_failed: { status: 502, title: 'The model gave no answer that can be used' },
  unavailable: { status: 503, title: 'The server cannot answer right now' },
  model_unavailable: { status: 503, title: 'The model does not answer right now' },
  source_timeout: { status: 504, title: 'The source took too long to answer' },
  model_timeout: { status: 504, title: 'The model took too long to answer' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Where in the input a mistake is. `path` is a JSON pointer or a part's name, `line` counts from 1. */
export type ErrorLocation = { path: string; message: string; line?: number };

/** Which captions a caller wanted, and which the video has. */
export type CaptionChoice = {
  requested: string[];
  available: { language: string; trackKind: 'manual' | 'asr' | 'translated' | 'unknown' }[];
};

/** What an error says beside its code and its detail. */
export type ErrorExtra = {
  errors?: ErrorLocation[];
  retryAfterSeconds?: number;
  captions?: CaptionChoice;
  cause?: unknown;
};

/** An error with a stable code that may be shown to a caller. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: ErrorLocation[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly captions: CaptionChoice | undefined;

  constructor(code: ErrorCode, detail: string = ERRORS[code].title, extra: ErrorExtra = {}) {
    super(detail, { cause: extra.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = extra.errors;
    this.retryAfterSeconds = extra.retryAfterSeconds;
    this.captions = extra.captions;
  }
}

/**
 * The error for a value that does not fit, beyond what its schema can say.
 *
 * @param path a JSON pointer to it
 */
export function invalidValue(path: string, message: string): AppError {
  return new AppError('validation_failed', 'See `errors` for what does not fit.', {
    errors: [{ path, message }],
  });
}
