import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply } from 'fastify';
import type { NewSession } from '../access/sessions.ts';
import { type Config, publicOrigins } from '../config.ts';

/** `__Host-` binds a cookie to this host and to HTTPS, which loopback HTTP cannot offer. */
export function sessionCookieName(config: Config): string {
  return isHttps(config) ? '__Host-session' : 'session';
}

/** Gives a browser its session; the cookie ends when the session does. */
export function setSessionCookie(reply: FastifyReply, config: Config, session: NewSession): void {
  reply.setCookie(sessionCookieName(config), session.token, {
    ...cookieOptions(config),
    expires: session.expiresAt,
  });
}

/** Takes the session from a browser. */
export function clearSessionCookie(reply: FastifyReply, config: Config): void {
  reply.clearCookie(sessionCookieName(config), cookieOptions(config));
}

function cookieOptions(config: Config): CookieSerializeOptions {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(config) };
}

function isHttps(config: Config): boolean {
  return publicOrigins(config).every((origin) => origin.startsWith('https:'));
}
