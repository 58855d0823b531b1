import { connect, type Socket } from 'node:net';

/** Where the driver would connect to: one host, or several that take turns. */
type Address = { host: string[]; port: number[]; path?: string | false | undefined };

/** In the longest silence that is allowed. */
const LOOKS = 5;

/**
 * Makes connections that end once nothing has been heard on them for too long. A path that goes dark tells
 * nobody: what was asked on it would be waited for until TCP gives up, which takes a quarter of an hour, or
 * for ever. When the socket ends, the driver rejects all of it, and connects anew.
 *
 * @param silentMs must be longer than the driver keeps an idle connection and the server takes to answer
 * @returns the option `socket` of the driver (postgres 3.4.9, which does not say so in its types)
 */
export function silentSockets(silentMs: number) {
  const tellEnd = tellEnds();
  let turn = 0;
  return ({ host, port, path }: Address): Socket => {
    const index = turn % host.length;
    turn += 1;
    const name = host[index];
    const socket = path ? connect(path) : connect({ host: name, port: port[index] ?? 5432 });
    endWhenSilent(socket, silentMs);
    tellEnd(socket);
    // By this name the driver checks a certificate.
    return Object.assign(socket, { host: name });
  };
}

/**
 * The driver hears of an error and of the end in one moment, and of all sockets that have ended by then.
 * What it is asked between the two, or between the ends of two sockets, it gives to one that is dead, and
 * forgets to reject.
 */
function tellEnds(): (socket: Socket) => void {
  const open = new Map<Socket, () => void>();
  return (socket) => {
    const { emit } = socket;
    let failure: unknown[] = [];
    const tell = () => {
      if (!open.delete(socket)) return;
      if (failure.length > 0) Reflect.apply(emit, socket, ['error', ...failure]);
      Reflect.apply(emit, socket, ['close', failure.length > 0]);
    };
    open.set(socket, tell);
    socket.emit = (event: string | symbol, ...given: unknown[]) => {
      if (event === 'error') failure = given;
      else if (event !== 'close') return Reflect.apply(emit, socket, [event, ...given]);
      else for (const [other, tellOther] of open) if (other.destroyed) tellOther();
      return true;
    };
  };
}

/** Silence is counted in looks: a process that stood still itself has heard nothing, and that says nothing. */
function endWhenSilent(socket: Socket, silentMs: number): void {
  let heard = 0;
  let looks = 0;
  const timer = setInterval(() => {
    looks = socket.bytesRead === heard ? looks + 1 : 0;
    heard = socket.bytesRead;
    if (looks >= LOOKS) socket.destroy();
    if (socket.destroyed) clearInterval(timer);
  }, silentMs / LOOKS);
  timer.unref();
}
