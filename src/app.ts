import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyServerOptions } from 'fastify';
import metrics from 'fastify-metrics';
import type { Dependencies } from './dependencies.ts';
import { describeError } from './describe-error.ts';
import { registerAnswerStreams } from './plugins/answer-stream.ts';
import { registerAuthentication, registerPolicies } from './plugins/authentication.ts';
import { registerEventStreams } from './plugins/event-stream.ts';
import { registerIdempotency } from './plugins/idempotency.ts';
import { registerJsonBodies } from './plugins/json-bodies.ts';
import { registerLocations } from './plugins/locations.ts';
import { registerOpenApi } from './plugins/openapi.ts';
import { registerOverload } from './plugins/overload.ts';
import { answerError, registerProblems } from './plugins/problems.ts';
import { registerRateLimits } from './plugins/rate-limits.ts';
import { registerSlowBodies } from './plugins/slow-bodies.ts';
import type { App } from './plugins/types.ts';
import { registerUploads } from './plugins/uploads.ts';
import { registerValidation } from './plugins/validation.ts';
import { registerApiKeyRoutes } from './routes/api-keys.ts';
import { registerAuthRoutes } from './routes/auth.ts';
import { registerBatchRoutes } from './routes/batches.ts';
import { registerChunkRoutes } from './routes/chunks.ts';
import { registerConfigRoutes } from './routes/config.ts';
import { registerConversationRoutes } from './routes/conversations.ts';
import { registerExportRoutes } from './routes/exports.ts';
import { registerHealthRoutes } from './routes/health.ts';
import { registerJobCommandRoutes } from './routes/job-commands.ts';
import { registerJobEventRoutes } from './routes/job-events.ts';
import { registerJobFileRoutes } from './routes/job-files.ts';
import { registerJobRoutes } from './routes/jobs.ts';
import { registerLinkRoutes } from './routes/links.ts';
import { registerMediaFileRoutes } from './routes/media-files.ts';
import { registerMessageAnswerRoutes } from './routes/message-answers.ts';
import { registerMessageRoutes } from './routes/messages.ts';
import { registerModelRoutes } from './routes/models.ts';
import { registerOpenAiRoutes } from './routes/openai.ts';
import { registerSearchRoutes } from './routes/search.ts';
import { registerSearchHistoryRoutes } from './routes/search-history.ts';
import { registerSegmentRoutes } from './routes/segments.ts';
import { registerSessionRoutes } from './routes/sessions.ts';
import { registerTemplateRoutes } from './routes/templates.ts';
import { registerTranscriptRevisionRoutes } from './routes/transcript-revisions.ts';
import { registerTranscriptSpeakerRoutes } from './routes/transcript-speakers.ts';
import { registerTranscriptRoutes } from './routes/transcripts.ts';
import { registerUsageRoutes } from './routes/usage.ts';

/** Builds the whole app, ready to listen or to be injected into. Every option of Fastify is here. */
export async function buildApp(
  dependencies: Dependencies,
  logger: FastifyServerOptions['logger'] = { level: dependencies.config.LOG_LEVEL },
): Promise<App> {
  const { config, repositories } = dependencies;
  const app: App = Fastify({
    logger: logger && {
      ...(typeof logger === 'object' ? logger : {}),
      serializers: { err: describeError },
    },
    frameworkErrors: answerError,
    // A request id is ours alone: one from outside could be made to look like another's.
    genReqId: () => randomUUID(),
    trustProxy: config.TRUST_PROXY,
    bodyLimit: config.BODY_LIMIT_BYTES,
    // Fastify waits for ever by default.
    connectionTimeout: 120_000,
    requestTimeout: config.MEDIA_UPLOAD_TIMEOUT_MS,
    keepAliveTimeout: 30_000,
    http: { headersTimeout: 15_000 },
    // A response that is being written when the server closes still arrives.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>();

  registerProblems(app);
  registerValidation(app);
  registerJsonBodies(app);
  registerSlowBodies(app);

  await app.register(metrics.default, {
    endpoint: null,
    clearRegisterOnInit: true,
    // Histograms can be added up over servers; summaries cannot, and cost more.
    routeMetrics: { enabled: { histogram: true, summary: false } },
  });
  await registerOverload(app, config.EVENT_LOOP_DELAY_MAX_MS);
  await app.register(helmet, {
    // Nothing that the API answers is a page; the reference has a policy of its own.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // For browsers that are no longer, or for pages.
    xDownloadOptions: false,
    xXssProtection: false,
    xDnsPrefetchControl: false,
    xPermittedCrossDomainPolicies: false,
    originAgentCluster: false,
  });
  await app.register(cors, { origin: listOf(config.CORS_ORIGINS) });
  await app.register(cookie);
  await registerEventStreams(app, config.STREAM_HEARTBEAT_MS);
  registerAnswerStreams(app, dependencies.liveAnswers);
  const { modelCalls } = dependencies;
  modelCalls.reportTo((err, message) => app.log.error({ err }, message));
  app.addHook('onClose', () => modelCalls.settled());
  await registerUploads(app, config);

  // In this order: who calls, how often, whether they may, and whether they did already.
  registerAuthentication(app, config, repositories);
  await registerRateLimits(app, config);
  registerPolicies(app, config);
  registerIdempotency(app, repositories);
  registerLocations(app);

  await registerOpenApi(app);
  registerHealthRoutes(app, dependencies);
  registerAuthRoutes(app, dependencies);
  registerSessionRoutes(app, dependencies);
  registerApiKeyRoutes(app, dependencies);
  registerTranscriptRoutes(app, dependencies);
  registerLinkRoutes(app, dependencies);
  registerExportRoutes(app, dependencies);
  registerMediaFileRoutes(app, dependencies);
  registerTranscriptRevisionRoutes(app, dependencies);
  registerTranscriptSpeakerRoutes(app, dependencies);
  registerSegmentRoutes(app, dependencies);
  registerChunkRoutes(app, dependencies);
  registerSearchRoutes(app, dependencies);
  registerSearchHistoryRoutes(app, dependencies);
  registerConversationRoutes(app, dependencies);
  registerMessageRoutes(app, dependencies);
  registerModelRoutes(app, dependencies);
  registerOpenAiRoutes(app, dependencies);
  registerMessageAnswerRoutes(app, dependencies);
  registerJobRoutes(app, dependencies);
  registerJobCommandRoutes(app, dependencies);
  registerJobEventRoutes(app, dependencies);
  registerJobFileRoutes(app, dependencies);
  registerTemplateRoutes(app, dependencies);
  registerBatchRoutes(app, dependencies);
  registerConfigRoutes(app, dependencies);
  registerUsageRoutes(app, dependencies);
  return app;
}

function listOf(commaSeparated: string): string[] {
  return commaSeparated.split(',').flatMap((item) => item.trim() || []);
}
