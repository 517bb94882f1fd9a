import { Link, useRouter } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { Empty, ProblemNotice } from '../../kit/Notice'
import { buttonClass } from '../../kit/Button'
import { text } from '../../text'

/** An address that leads nowhere. */
export const NotFound = () => (
  <main>
    <Empty icon={Compass} title={<h1>{text.common.notFoundTitle}</h1>} actions={<Link to="/" className={buttonClass()}>{text.shell.nav.overview}</Link>}>
      {text.common.notFoundLead}
    </Empty>
  </main>
)

/** A page that failed to open: the problem, and another try. */
export function RouteFault({ error }: { error: unknown }) {
  const router = useRouter()
  return <div style={{ padding: 20 }}><ProblemNotice error={error} onRetry={() => void router.invalidate()} /></div>
}
