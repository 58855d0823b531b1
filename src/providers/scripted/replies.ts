import type { Reply } from './script.ts';

/** Gives each request the first reply that fits and is not used up; the last one stays. */
export function createReplies(replies: readonly Reply[] = []) {
  const used = new Map<Reply, number>();
  return function nextReply(body: string): Reply {
    const fitting = replies.filter(({ when }) => when === undefined || body.includes(when));
    const fresh = fitting.find((reply) => (used.get(reply) ?? 0) < (reply.times ?? 1));
    const reply = fresh ?? fitting.at(-1) ?? {};
    used.set(reply, (used.get(reply) ?? 0) + 1);
    return reply;
  };
}
