import type { Socket } from 'node:net';

/**
 * Lets the driver hear of an error and of the end of its socket in the same moment, and of all sockets that
 * have ended by then. What it is asked between the two, or between the ends of two sockets, it would give
 * to one that is dead, and forget (postgres 3.4.9).
 *
 * @returns to be called with each new socket
 */
export function endsTogether(): (socket: Socket) => void {
  const open = new Map<Socket, () => void>();
  return (socket) => {
    const { emit } = socket;
    let failure: unknown[] | undefined;
    open.set(socket, () => {
      open.delete(socket);
      if (failure) Reflect.apply(emit, socket, ['error', ...failure]);
      Reflect.apply(emit, socket, ['close', failure !== undefined]);
    });
    socket.emit = (event: string | symbol, ...told: unknown[]) => {
      if (event === 'error') failure = told;
      else if (event === 'close') for (const [other, end] of open) if (other.destroyed) end();
      if (event === 'error' || event === 'close') return true;
      return Reflect.apply(emit, socket, [event, ...told]);
    };
  };
}
