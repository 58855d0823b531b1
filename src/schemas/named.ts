import { ApiKey, CreateApiKey, CreatedApiKey } from './api-keys.ts';
import { Credentials, Login, PasswordChange, User } from './auth.ts';
import { Chapter } from './chapters.ts';
import { Chunk } from './chunks.ts';
import { ConfigEntry, SetConfig } from './config.ts';
import { Conversation, CreateConversation, UpdateConversation } from './conversations.ts';
import { ExportDocument } from './exports.ts';
import { ResolvedLink, ResolveLink } from './links.ts';
import { AnswerEvent, RetrievedPassage } from './message-events.ts';
import { AskBody, Citation, CitationAnchor, Coverage, Message, Usage } from './messages.ts';
import { MetadataFilter } from './metadata-filter.ts';
import { ListedModel } from './models.ts';
import { Playhead } from './playhead.ts';
import { Problem } from './problem.ts';
import { ImportWarning, Receipt, TrackKind, TranscriptFormat } from './receipts.ts';
import { Scope, TimeRange } from './scope.ts';
import { SearchBody, SearchHit, SearchMode, SearchResponse, TextSpan } from './search.ts';
import { CorrectSegment, ListedSegment, Recognition, Word } from './segments.ts';
import { Session } from './sessions.ts';
import {
  CreateTemplate,
  RenderTemplate,
  Template,
  TemplateType,
  UpdateTemplate,
} from './templates.ts';
import {
  AddRevision,
  RevisedTranscript,
  SegmentChange,
  TranscriptRevision,
  UploadRevision,
} from './transcript-revisions.ts';
import { MergeSpeakers, RenameSpeaker, TranscriptSpeaker } from './transcript-speakers.ts';
import {
  ImportedTranscript,
  ImportTranscript,
  Transcript,
  UpdateTranscript,
  UploadTranscript,
} from './transcripts.ts';

/** The schemas that the OpenAPI document knows by name, and with it every generated client. */
export const NAMED_SCHEMAS: Readonly<Record<string, object>> = {
  AddRevision,
  AnswerEvent,
  ApiKey,
  AskBody,
  Chapter,
  Chunk,
  Citation,
  CitationAnchor,
  ConfigEntry,
  Conversation,
  CorrectSegment,
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
  ListedModel,
  Login,
  MergeSpeakers,
  Message,
  MetadataFilter,
  PasswordChange,
  Playhead,
  Problem,
  Receipt,
  Recognition,
  RenameSpeaker,
  RenderTemplate,
  ResolvedLink,
  ResolveLink,
  RetrievedPassage,
  RevisedTranscript,
  Scope,
  SearchBody,
  SearchHit,
  SearchMode,
  SearchResponse,
  Segment: ListedSegment,
  SegmentChange,
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
  TranscriptSpeaker,
  UpdateConversation,
  UpdateTemplate,
  UpdateTranscript,
  UploadRevision,
  UploadTranscript,
  Usage,
  User,
  Word,
};
