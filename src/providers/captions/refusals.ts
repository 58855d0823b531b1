import { AppError, type ErrorCode } from '../../errors.ts';

/**
 * What YouTube says where it does not show a video, the most telling first. Its words reach us
 * through the player's `reason` and through yt-dlp's errors alike.
 */
const REASONS: [RegExp, ErrorCode][] = [
  [/\bprivate\b/i, 'video_private'],
  [/confirm your age|age[- ]restrict|inappropriate for some users/i, 'video_age_restricted'],
  [/not a bot|HTTP Error (?:403|429)|too many requests|rate[- ]limited/i, 'source_blocked'],
  [/page needs to be reloaded|try again later|not available on this app/i, 'source_blocked'],
  [
    /unavailable|not available|no longer|removed|terminated|does(?: not|n't) exist/i,
    'video_unavailable',
  ],
  [
    /not made (?:this|it)|members[- ]only|join this channel|requires payment|premieres? in/i,
    'video_unavailable',
  ],
  [/live event will begin|not yet|unviewable|blocked it/i, 'video_unavailable'],
  [/timed? ?out/i, 'source_timeout'],
];

/** Which error stands for what YouTube said; undefined for words that are not known. */
export const codeOfReason = (reason: string): ErrorCode | undefined =>
  REASONS.find(([words]) => words.test(reason))?.[1];

/** By its status alone, for players in a language that is not read here. */
const STATUSES: Record<string, ErrorCode> = {
  LOGIN_REQUIRED: 'source_blocked',
  AGE_VERIFICATION_REQUIRED: 'video_age_restricted',
  AGE_CHECK_REQUIRED: 'video_age_restricted',
  CONTENT_CHECK_REQUIRED: 'video_age_restricted',
  UNPLAYABLE: 'video_unavailable',
  LIVE_STREAM_OFFLINE: 'video_unavailable',
  ERROR: 'video_unavailable',
};

/** @returns what the player's status and reason mean; undefined where the video can be played */
export const refusalOf = (status: string, reason: string): AppError | undefined => {
  if (status === 'OK') return undefined;
  const code = codeOfReason(reason) ?? STATUSES[status] ?? 'source_unreadable';
  return new AppError(code, undefined, { cause: new Error(`${status}: ${reason}`) });
};
