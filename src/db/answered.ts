/**
 * A query of the driver that is answered by the server, or rejected. What was asked of a connection while it
 * was being lost the driver (postgres 3.4.9) may answer with nothing once there is another one, as if it had
 * been done; such an answer does not say which command it is of.
 *
 * @param wait what waiting for the answer is; a query is sent when somebody begins to wait for it
 */
export function answered<Query extends PromiseLike<unknown>>(
  query: Query,
  wait = (answer: () => Promise<unknown>) => answer(),
): Query {
  const answer = async () => {
    const result = await query;
    if (!isOfCommand(result)) {
      const lost = new Error('The connection was lost before this statement was sent.');
      throw Object.assign(lost, { code: 'CONNECTION_CLOSED' });
    }
    return result;
  };
  return new Proxy(query, {
    get(target, key) {
      if (key !== 'then') return Reflect.get(target, key);
      const { then } = Promise.prototype;
      return (...told: Parameters<typeof then>) => wait(answer).then(...told);
    },
  });
}

function isOfCommand(result: unknown): boolean {
  return !(
    typeof result === 'object' &&
    result !== null &&
    'command' in result &&
    result.command === null
  );
}
