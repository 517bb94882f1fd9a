/**
 * Proof that the hand-written shapes agree with the gateway's OpenAPI document (`npm run api:check`).
 *
 * Compiled only by tsconfig.api.json, because `schema.d.ts` is generated and not committed.
 */
import type { components } from './schema'
import type * as T from './types'

type Schemas = components['schemas']
/** What the gateway sends (`Sent`) can be read as what the console expects (`Read`). */
type Reads<Sent extends Read, Read> = [Sent, Read]

export type Proof = [
  Reads<Schemas['Problem'], T.Problem>,
  Reads<Schemas['Me'], T.Me>,
  Reads<Schemas['ApiToken'], T.ApiToken>,
  Reads<Schemas['Connector'], T.Connector>,
  Reads<Schemas['System'], T.System>,
  Reads<Schemas['Integration'], T.Integration>,
  Reads<Schemas['Revision'], T.Revision>,
  Reads<Schemas['Run'], T.Run>,
  Reads<Schemas['RunDetail'], T.RunDetail>,
  Reads<Schemas['RunRecord'], T.RunRecord>,
  Reads<Schemas['Stats'], T.Stats>,
  Reads<Schemas['Settings'], T.Settings>,
]
