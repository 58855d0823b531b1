/** Where workers tell what happens: Fastify's log, or that of `log.ts`. */
export type Log = Record<'info' | 'warn' | 'error', (details: object, message: string) => void>;
