import { ApiKey, CreateApiKey, CreatedApiKey } from './api-keys.ts';
import { Credentials, Login, PasswordChange, Session, User } from './auth.ts';
import { ConfigEntry, SetConfig } from './config.ts';
import { Conversation, CreateConversation, UpdateConversation } from './conversations.ts';
import { AnswerEvent, RetrievedPassage } from './message-events.ts';
import { AskBody, Citation, Coverage, Message, Usage } from './messages.ts';
import { Problem } from './problem.ts';
import { ImportWarning, Receipt, TranscriptFormat } from './receipts.ts';
import { Scope, TimeRange } from './scope.ts';
import { SearchBody, SearchHit, SearchMode, SearchResponse, TextSpan } from './search.ts';
import { Word } from './segments.ts';
import {
  CreateTemplate,
  RenderedTemplate,
  RenderTemplate,
  Template,
  TemplateType,
  UpdateTemplate,
} from './templates.ts';
import {
  ImportedTranscript,
  ImportTranscript,
  Transcript,
  TranscriptChunk,
  TranscriptRevision,
  TranscriptSegment,
  UpdateTranscript,
  UploadTranscript,
} from './transcripts.ts';

/** The schemas that the OpenAPI document knows by name, and with it every generated client. */
export const NAMED_SCHEMAS = {
  AnswerEvent,
  ApiKey,
  AskBody,
  Citation,
  ConfigEntry,
  Conversation,
  Coverage,
  CreateApiKey,
  CreateConversation,
  CreatedApiKey,
  CreateTemplate,
  Credentials,
  ImportedTranscript,
  ImportTranscript,
  ImportWarning,
  Login,
  Message,
  PasswordChange,
  Problem,
  Receipt,
  RenderedTemplate,
  RenderTemplate,
  RetrievedPassage,
  Scope,
  SearchBody,
  SearchHit,
  SearchMode,
  SearchResponse,
  Session,
  SetConfig,
  Template,
  TemplateType,
  TextSpan,
  TimeRange,
  Transcript,
  TranscriptChunk,
  TranscriptFormat,
  TranscriptRevision,
  TranscriptSegment,
  UpdateConversation,
  UpdateTemplate,
  UpdateTranscript,
  UploadTranscript,
  Usage,
  User,
  Word,
};
