/**
 * The shapes of the REST API, as the console uses them.
 *
 * They are written by hand; `schema.proof.ts` proves, in types, that they agree with what `proto/http/gateway.v1.json`
 * promises. Phase documents are no part of that promise: the worker writes them.
 */
export type Time = string
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export type Fault = { pointer: string; code: string; detail: string }
export type Problem = {
  type: string
  title: string
  status: number
  detail?: string
  code: string
  instance?: string
  errors?: Fault[]
}
export type List<T> = { items: T[]; next_cursor: string | null }

// Identity
export type Role = 'owner' | 'admin' | 'editor' | 'viewer'
export type Session = { access_token: string; token_type: string; expires_in: number; refresh_token?: string }
export type Me = {
  user: { id: string; email: string; name: string }
  tenant: { id: string; name: string; slug: string }
  role: Role
  permissions: string[]
}
export type ApiToken = {
  id: string
  name: string
  role: Role
  prefix: string
  created_at: Time
  expires_at: Time | null
  last_used_at: Time | null
}
export type NewApiToken = { name: string; role: Role; expires_in_days?: number }
export type IssuedApiToken = ApiToken & { token: string }

// Connectors and systems
export type FieldSpec = {
  type?: string | string[]
  title?: string
  description?: string
  default?: Json
  enum?: Json[]
  format?: string
  examples?: Json[]
  minimum?: number
  maximum?: number
  pattern?: string
  writeOnly?: boolean
  items?: FieldSpec
}
export type FormSchema = FieldSpec & { properties?: Record<string, FieldSpec>; required?: string[] }
export type ConnectorEntity = { name: string; label: string; readable: boolean; writable: boolean; listens: boolean }
export type Connector = {
  name: string
  title: string
  description: string
  vendor: string
  status: 'verified' | 'simulated' | 'generic'
  verified_against: string | null
  entities: ConnectorEntity[]
  settings_schema: FormSchema
  credentials_schema: FormSchema
  auth_kinds: string[]
}
export type SystemState = 'ok' | 'failing' | 'paused' | 'untested'
export type System = {
  id: string
  name: string
  connector: string
  base_url: string
  settings: JsonObject
  credentials_set: string[]
  state: SystemState
  state_reason: string | null
  last_test: { at: Time; ok: boolean; message: string } | null
  used_by: { id: string; name: string }[]
  version: number
  created_at: Time
  updated_at: Time
}
export type SystemInput = {
  name: string
  connector: string
  base_url: string
  settings: JsonObject
  credentials?: Record<string, string>
}
export type TestReport = {
  ok: boolean
  message: string
  error: RunError | null
  took_ms: number
  identity: string | null
  version: string | null
  exchanges: Exchange[]
}
export type FieldSchema = {
  path: string
  label: string
  kind: string
  required: boolean
  read_only: boolean
  values: { value: Json; label: string }[]
  custom: boolean
}
export type EntitySchema = { entity: string; label: string; fields: FieldSchema[] }
export type SystemSchema = { entities: EntitySchema[]; discovered_at: Time | null }

// Integrations
export type Trigger =
  | { kind: 'listen' }
  | { kind: 'manual' }
  | { kind: 'poll'; every?: string; cron?: string; time_zone?: string; overlap?: string }
export type IntegrationEnd = { system: { id: string; name: string; connector: string }; entity: string }
export type IntegrationAction = { key: string; name: string; trigger: Trigger; hook_url: string | null; enabled: boolean }
export type Integration = {
  id: string
  name: string
  description: string
  enabled: boolean
  state: 'draft' | 'published' | 'disabled'
  draft_revision: number | null
  published_revision: number | null
  document: JsonObject
  source: IntegrationEnd
  target: IntegrationEnd
  actions: IntegrationAction[]
  faults: Fault[]
  last_run: { id: string; status: RunStatus; started_at: Time } | null
  updated_at: Time
}
export type Revision = {
  number: number
  created_at: Time
  created_by: string | null
  published_at: Time | null
  content_hash: string
  document?: JsonObject
}

// Runs
export type RunStatus =
  | 'queued' | 'running' | 'succeeded' | 'partly_failed' | 'failed' | 'cancelled' | 'nothing_to_do'
export type ErrorClass =
  | 'authentication' | 'permission' | 'mapping' | 'connectivity' | 'validation' | 'correlation' | 'rate_limit' | 'internal'
export type TriggerKind = 'poll' | 'listen' | 'manual' | 'replay' | 'retry'
export type Outcome = 'created' | 'updated' | 'unchanged' | 'skipped' | 'filtered' | 'failed' | 'in_doubt'
export type PhaseName = 'status' | 'extract_http' | 'extract' | 'load' | 'load_http' | 'response' | 'uql'
export type Side = 'source' | 'mapping' | 'target' | 'throughline'
export type Evidence = {
  phase?: PhaseName | null
  exchange?: string | null
  pointer?: string | null
  rule?: string | null
  record?: string | null
}
export type BriefError = { class: ErrorClass; code: string; message: string }
export type RunError = BriefError & {
  title?: string
  side?: Side
  evidence?: Evidence | null
  cause?: string | null
  what_to_do?: string | null
  docs?: string | null
  next?: { what: string; at: Time | null } | null
}
export type RecordCounts = { read: number } & Record<Outcome, number>
export type Run = {
  id: string
  integration: { id: string; name: string }
  action: { key: string; name: string }
  revision: number
  trigger: TriggerKind
  status: RunStatus
  attempt: number
  queued_at: Time
  started_at: Time | null
  finished_at: Time | null
  duration_ms: number | null
  records: RecordCounts
  error: BriefError | null
  records_preview?: { source_key: string; target_key: string | null; outcome: Outcome }[]
}
export type PhaseState = 'captured' | 'not_captured' | 'expired' | 'empty' | 'pending'
export type PhaseInfo = {
  phase: PhaseName
  state: PhaseState
  reason: string | null
  size_bytes: number | null
  stored_bytes: number | null
  items: number | null
  duration_ms: number | null
}
export type RunDetail = Omit<Run, 'error'> & {
  error: RunError | null
  phases: PhaseInfo[]
  /** The run whose failed records this one tries again. */
  caused_by: string | null
}
export type RunRecord = {
  source_key: string
  target_key: string | null
  source_url: string | null
  target_url: string | null
  operation: string | null
  outcome: Outcome
  error: (BriefError & { evidence?: Evidence | null }) | null
}
export type RunFilter = {
  integration?: string
  action?: string
  status?: string
  error_class?: string
  error_code?: string
  trigger?: string
  from?: Time
  to?: Time
  record?: string
  min_duration_ms?: number
  cursor?: string
  limit?: number
}

// Phase documents
export type Body = {
  text?: string | null
  base64?: string | null
  content_type: string | null
  size: number
  sha256: string | null
  truncated: boolean
}
/** A name and its value. */
export type Header = string[]
export type Timings = {
  dns_ms: number | null
  connect_ms: number | null
  tls_ms: number | null
  first_byte_ms: number | null
  total_ms: number | null
}
export type Exchange = {
  id: string
  at: Time
  attempt: number
  record?: string | null
  request: { method: string; url: string; headers: Header[]; body: Body | null }
  response: { status: number; http_version: string; headers: Header[]; body: Body | null } | null
  error: { kind: string; message: string } | null
  timings: Timings
  remote_address: string | null
}
export type FilterTrace = { pointer: string; field: string; op: string; expected: Json; seen: Json; passed: boolean }
export type RuleTrace = { target: string; pointer: string; kind: string; from: { path: string; value: Json }[]; value: Json }
export type StatusDocument = {
  status: RunStatus
  error: RunError | null
  records: { source_key: string; target_key: string | null; operation: string | null; outcome: Outcome; reason: string | null; error: BriefError | null }[]
  notes: string[]
  timeline: { what: string; at: Time; ms: number | null }[]
  capture: { http: string; payload: boolean; reason: string | null }
}
export type UqlDocument = {
  text: string
  native: { method: string; url: string; body?: Json }
  pushed: string[]
  residual: string[]
  watermark: { before: Time | null; after: Time | null }
  order_by: string[]
  limit: number | null
}
export type HttpDocument = { exchanges: Exchange[] }
export type ExtractedRecord = { key: string; version: string | null; url: string | null; fields: Json }
export type ExtractDocument = {
  records: ExtractedRecord[]
  filtered: { key: string; fields?: Json; trace: FilterTrace[] }[]
}
export type LoadRecord = {
  source_key: string
  operation: 'create' | 'update' | 'skip' | 'none'
  reason?: string | null
  /** Null when the mapping stopped before it had made all of them. */
  fields: JsonObject | null
  rules: RuleTrace[]
  error?: (BriefError & { evidence?: Evidence | null }) | null
}
export type LoadDocument = { records: LoadRecord[] }
export type ResponseRecord = {
  source_key: string
  target_key: string | null
  operation: string | null
  url: string | null
  document: Json
  error?: (BriefError & { evidence?: Evidence | null }) | null
}
export type ResponseDocument = { records: ResponseRecord[] }
export type PhaseDocuments = {
  status: StatusDocument
  uql: UqlDocument
  extract_http: HttpDocument
  extract: ExtractDocument
  load: LoadDocument
  load_http: HttpDocument
  response: ResponseDocument
}
export type Phase<P extends PhaseName = PhaseName> = {
  run_id: string
  phase: P
  captured_at: Time
  document: PhaseDocuments[P]
}

// Overview and settings
export type Stats = {
  runs: { by_status: Partial<Record<RunStatus, number>>; by_error_class: Partial<Record<ErrorClass, number>> }
  records: { by_outcome: Partial<Record<Outcome, number>> }
  per_integration: {
    integration: { id: string; name: string }
    runs: number
    failed: number
    last_success_at: Time | null
    last_failure_at: Time | null
  }[]
  series: { at: Time; succeeded: number; failed: number; nothing_to_do: number }[]
}
export type HttpCapture = 'off' | 'failures' | 'all'
export type RetentionClass = '1d' | '7d' | '30d' | '90d' | '400d'
export type SettingsValues = {
  capture: { http: HttpCapture; http_until: Time | null; payload: boolean }
  retention: { status: RetentionClass; payload: RetentionClass; http: RetentionClass }
}
export type Settings = SettingsValues & { defaults: SettingsValues }

// Live updates
export type LiveEvent = {
  type: 'run.started' | 'run.phase' | 'run.finished' | 'system.changed' | 'integration.changed'
  run_id?: string
  integration_id?: string
  system_id?: string
  action?: string
  status?: RunStatus
  phase?: PhaseName
}
