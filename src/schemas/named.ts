import { ApiKey, CreateApiKey, CreatedApiKey } from './api-keys.ts';
import { Credentials, Login, PasswordChange, User } from './auth.ts';
import { Chapter } from './chapters.ts';
import { Chunk } from './chunks.ts';
import { ConfigEntry, SetConfig } from './config.ts';
import { Conversation, CreateConversation, UpdateConversation } from './conversations.ts';
import { ExportDocument } from './exports.ts';
import { ResolvedLink, ResolveLink } from './links.ts';
import { AnswerEvent, RetrievedPassage } from './message-events.ts';
import { AskBody, Citation, Coverage, Message, Usage } from './messages.ts';
import { Problem } from './problem.ts';
import { ImportWarning, Receipt, TrackKind, TranscriptFormat } from './receipts.ts';
import { Scope, TimeRange } from './scope.ts';
import { SearchBody, SearchHit, SearchMode, SearchResponse, TextSpan } from './search.ts';
import { ListedSegment, Recognition, Word } from './segments.ts';
import { Session } from './sessions.ts';
import {
  CreateTemplate,
  RenderTemplate,
  Template,
  TemplateType,
  UpdateTemplate,
} from './templates.ts';
import { TranscriptRevision } from './transcript-revisions.ts';
import {
  ImportedTranscript,
  ImportTranscript,
  Transcript,
  UpdateTranscript,
  UploadTranscript,
} from './transcripts.ts';

/** The schemas that the OpenAPI document knows by name, and with it every generated client. */
export const NAMED_SCHEMAS: Readonly<Record<string, object>> = {
  AnswerEvent,
  ApiKey,
  AskBody,
  Chapter,
  Chunk,
  Citation,
  ConfigEntry,
  Conversation,
  Coverage,
  CreateApiKey,
  CreateConversation,
  CreatedApiKey,
  CreateTemplate,
  Credentials,
  ExportDocument,
  ImportedTranscript,
  ImportTranscript,
  ImportWarning,
  Login,
  Message,
  PasswordChange,
  Problem,
  Receipt,
  Recognition,
  RenderTemplate,
  ResolvedLink,
  ResolveLink,
  RetrievedPassage,
  Scope,
  SearchBody,
  SearchHit,
  SearchMode,
  SearchResponse,
  Segment: ListedSegment,
  Session,
  SetConfig,
  Template,
  TemplateType,
  TextSpan,
  TimeRange,
  TrackKind,
  Transcript,
  TranscriptFormat,
  TranscriptRevision,
  UpdateConversation,
  UpdateTemplate,
  UpdateTranscript,
  UploadTranscript,
  Usage,
  User,
  Word,
};
