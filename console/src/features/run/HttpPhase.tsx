import { Exchanges } from '../http/Exchanges'
import type { HttpDocument } from '../../api/types'
import type { TroubleSearch } from '../troubleshooting/model'

/** The requests of a phase and their answers, with the evidence selected. */
export const HttpPhase = ({ document, search }: { document: HttpDocument; search: TroubleSearch }) => (
  <Exchanges key={search.x} exchanges={document.exchanges} chosen={search.x} pointer={search.at} record={search.rec} />
)
