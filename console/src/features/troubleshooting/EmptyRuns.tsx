import { Link } from '@tanstack/react-router'
import { Inbox, SearchX } from 'lucide-react'
import { buttonClass } from '../../kit/Button'
import { Empty } from '../../kit/Notice'
import { text } from '../../text'

const words = text.runs.list

/** No run to list: because of the filters, or because nothing has run. */
export function EmptyRuns({ filtered }: { filtered: boolean }) {
  if (filtered) {
    const clear = <Link to="/troubleshooting" search={{}} className={buttonClass()}>{text.runs.filters.clear}</Link>
    return <Empty icon={SearchX} title={words.emptyTitle} actions={clear}>{words.emptyLead}</Empty>
  }
  const go = <Link to="/integrations" className={buttonClass('primary')}>{words.toIntegrations}</Link>
  return <Empty icon={Inbox} title={words.noneTitle} actions={go}>{words.noneLead}</Empty>
}
