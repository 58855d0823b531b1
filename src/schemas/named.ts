import { ApiKey, CreateApiKey, CreatedApiKey } from './api-keys.ts';
import { AccountDeletion, Credentials, Login, PasswordChange, UpdateMe, User } from './auth.ts';
import {
  Batch,
  BatchCounts,
  BatchFailure,
  BatchWithFailures,
  CREATE_BATCH_FORMS,
  CreateBatch,
  UpdateBatch,
} from './batches.ts';
import { Chapter } from './chapters.ts';
import { Chunk } from './chunks.ts';
import { ConfigEntry, SetConfig } from './config.ts';
import { Conversation, CreateConversation, UpdateConversation } from './conversations.ts';
import { EnhanceTranscript } from './enhance-jobs.ts';
import { ExportDocument, ExportTranscripts } from './exports.ts';
import { EmbedTranscripts, ImportCaptions } from './import-jobs.ts';
import { JobEvent } from './job-events.ts';
import { JOB_FORMS, JOB_FORMS_WITH_RUNS, Job, JobWithRuns } from './job-forms.ts';
import { CREATE_JOB_FORMS, CreateJob } from './job-requests.ts';
import {
  BatchSummary,
  DownloadResult,
  EmbedResult,
  EnhanceResult,
  ExportResult,
  ImportResult,
  PreprocessResult,
  TranscribeResult,
} from './job-results.ts';
import { JobType } from './job-types.ts';
import { CreatedFile, JobProblem, JobRun, JobStatus, StoredJob } from './jobs.ts';
import { ResolvedLink, ResolveLink } from './links.ts';
import {
  DownloadRecording,
  MediaFile,
  PreprocessRecording,
  TranscribeRecording,
  UploadMediaFile,
} from './media-files.ts';
import { AnswerEvent, RetrievedPassage } from './message-events.ts';
import {
  AskBody,
  Citation,
  CitationAnchor,
  Coverage,
  Message,
  RegenerateBody,
  Usage,
} from './messages.ts';
import { MetadataFilter } from './metadata-filter.ts';
import { ListedModel } from './models.ts';
import { ChatCompletionRequest } from './openai-chat.ts';
import {
  ChatCompletion,
  ChatCompletionChunk,
  CompletionUsage,
  UrlCitation,
} from './openai-completions.ts';
import { EmbeddingsRequest, EmbeddingsResponse } from './openai-embeddings.ts';
import { OpenAiError } from './openai-errors.ts';
import { OpenAiModel, OpenAiModelList } from './openai-models.ts';
import { Playhead } from './playhead.ts';
import { Problem } from './problem.ts';
import { ImportWarning, Receipt, TrackKind, TranscriptFormat } from './receipts.ts';
import { Scope, TimeRange } from './scope.ts';
import { SearchBody, SearchHit, SearchMode, SearchResponse, TextSpan } from './search.ts';
import { JudgeHit, KeptHit, KeptSearch, KeptSearchWithHits } from './search-history.ts';
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
  ...CREATE_BATCH_FORMS,
  ...JOB_FORMS,
  ...JOB_FORMS_WITH_RUNS,
  ...CREATE_JOB_FORMS,
  AccountDeletion,
  AddRevision,
  AnswerEvent,
  ApiKey,
  AskBody,
  Batch,
  BatchCounts,
  BatchFailure,
  BatchSummary,
  BatchWithFailures,
  Chapter,
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  Chunk,
  Citation,
  CitationAnchor,
  CompletionUsage,
  ConfigEntry,
  Conversation,
  CorrectSegment,
  Coverage,
  CreateApiKey,
  CreateBatch,
  CreateConversation,
  CreatedApiKey,
  CreatedFile,
  CreateJob,
  CreateTemplate,
  Credentials,
  DownloadRecording,
  DownloadResult,
  EmbeddingsRequest,
  EmbeddingsResponse,
  EmbedResult,
  EmbedTranscripts,
  EnhanceResult,
  EnhanceTranscript,
  ExportDocument,
  ExportResult,
  ExportTranscripts,
  ImportCaptions,
  ImportedTranscript,
  ImportResult,
  ImportTranscript,
  ImportWarning,
  Job,
  JobEvent,
  JobProblem,
  JobRun,
  JobStatus,
  JobType,
  JobWithRuns,
  JudgeHit,
  KeptHit,
  KeptSearch,
  KeptSearchWithHits,
  ListedModel,
  Login,
  MediaFile,
  MergeSpeakers,
  Message,
  MetadataFilter,
  OpenAiError,
  OpenAiModel,
  OpenAiModelList,
  PasswordChange,
  Playhead,
  PreprocessRecording,
  PreprocessResult,
  Problem,
  Receipt,
  Recognition,
  RegenerateBody,
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
  StoredJob,
  Template,
  TemplateType,
  TextSpan,
  TimeRange,
  TrackKind,
  TranscribeRecording,
  TranscribeResult,
  Transcript,
  TranscriptFormat,
  TranscriptRevision,
  TranscriptSpeaker,
  UpdateBatch,
  UpdateConversation,
  UpdateMe,
  UpdateTemplate,
  UpdateTranscript,
  UploadMediaFile,
  UploadRevision,
  UploadTranscript,
  UrlCitation,
  Usage,
  User,
  Word,
};
