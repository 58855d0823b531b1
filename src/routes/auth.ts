import { changePassword } from '../access/change-password.ts';
import { closeAccount } from '../access/close-account.ts';
import { openSession } from '../access/sessions.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import { createLoginLimits } from '../plugins/rate-limits.ts';
import { clearSessionCookie, setSessionCookie } from '../plugins/session-cookie.ts';
import type { App } from '../plugins/types.ts';
import {
  AccountDeletion,
  Credentials,
  Login,
  PasswordChange,
  UpdateMe,
  User,
} from '../schemas/auth.ts';
import { NoContent } from '../schemas/common.ts';
import { AcceptedJob } from '../schemas/jobs.ts';
import { problems } from '../schemas/problem.ts';

/** Accounts and logins. */
export function registerAuthRoutes(app: App, dependencies: Dependencies): void {
  const { config, repositories, passwords, workersBell } = dependencies;
  const { users, sessions } = repositories;
  const limitLogins = createLoginLimits(app, config);
  const tags = ['Auth'];

  app.post(
    '/v1/auth/register',
    {
      config: { policy: 'public' },
      schema: {
        operationId: 'register',
        tags,
        summary: 'Create an account and log in',
        description: 'The first account is the administrator.',
        body: Credentials,
        response: { 201: Login, ...problems(409) },
      },
    },
    async (request, reply) => {
      const { email, password } = request.body;
      const passwordHash = await passwords.hash(password);
      const user = await users.create({ email, passwordHash });
      const session = await openSession(repositories, user.id);
      setSessionCookie(reply, config, session);
      return reply.code(201).send({ user, ...session });
    },
  );

  app.post(
    '/v1/auth/login',
    {
      config: { policy: 'public' },
      schema: {
        operationId: 'login',
        tags,
        summary: 'Log in',
        body: Credentials,
        response: { 200: Login, ...problems(401) },
      },
    },
    async (request, reply) => {
      await limitLogins(request);
      const { email, password } = request.body;
      const user = await users.getByEmail(email);
      const matches = await passwords.verify(user?.passwordHash, password);
      if (!user || !matches) throw new AppError('invalid_credentials');
      const session = await openSession(repositories, user.id);
      setSessionCookie(reply, config, session);
      return { user, ...session };
    },
  );

  app.post(
    '/v1/auth/logout',
    {
      config: { policy: 'user' },
      schema: {
        operationId: 'logout',
        tags,
        summary: 'End this session',
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = principalOf(request);
      if (!sessionId) throw new AppError('forbidden', 'An API key has no session to end.');
      await sessions.delete(userId, sessionId);
      clearSessionCookie(reply, config);
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/auth/me',
    {
      config: { policy: 'user' },
      schema: {
        operationId: 'getMe',
        tags,
        summary: 'The account that calls',
        response: { 200: User },
      },
    },
    async (request) => {
      const user = await users.getById(principalOf(request).userId);
      // The account was deleted after its credentials were checked.
      if (!user) throw new AppError('unauthenticated');
      return user;
    },
  );

  app.patch(
    '/v1/auth/me',
    {
      config: { policy: { scope: 'write' } },
      schema: {
        operationId: 'updateMe',
        tags,
        summary: 'Change whether searches are kept',
        description: 'Searches that were kept before stay until they are deleted.',
        body: UpdateMe,
        response: { 200: User },
      },
    },
    async (request) => {
      const user = await users.update(principalOf(request).userId, request.body);
      // The account was deleted after its credentials were checked.
      if (!user) throw new AppError('unauthenticated');
      return user;
    },
  );

  app.patch(
    '/v1/auth/password',
    {
      config: { policy: 'user' },
      schema: {
        operationId: 'changePassword',
        tags,
        summary: 'Change the password and end all other sessions',
        body: PasswordChange,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = principalOf(request);
      if (!sessionId) throw new AppError('forbidden', 'An API key cannot change the password.');
      await limitLogins(request);
      await changePassword(dependencies, userId, sessionId, request.body);
      return reply.code(204).send();
    },
  );

  app.delete(
    '/v1/auth/me',
    {
      config: { policy: 'user' },
      schema: {
        operationId: 'deleteMe',
        tags,
        summary: 'Delete the account and all that is in it',
        description:
          'All sessions and API keys end with this request, and its own session too; what was being done for the account stops. A job deletes the rest; nobody can ask after it, or stop it. The address is free at once. An administrator can only go when nobody else is left.',
        body: AccountDeletion,
        response: { 202: AcceptedJob, ...problems(409) },
      },
    },
    async (request, reply) => {
      const { userId, sessionId } = principalOf(request);
      if (!sessionId) throw new AppError('forbidden', 'An API key cannot delete the account.');
      await limitLogins(request);
      const job = await closeAccount(dependencies, userId, request.body.password);
      workersBell.ring();
      clearSessionCookie(reply, config);
      return reply.code(202).send({ job });
    },
  );
}
