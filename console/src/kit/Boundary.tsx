import { Component, type ReactNode } from 'react'
import { text } from '../text'
import { Button } from './Button'
import { Notice } from './Notice'

type State = { error: Error | null }

/** Keeps a fault of one part from blanking the page; `resetKey` gives the part another chance. */
export class Boundary extends Component<{ resetKey?: string; children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: Error): State {
    return { error }
  }

  override componentDidUpdate(before: { resetKey?: string }) {
    // Another address is another chance.
    // oxlint-disable-next-line react/no-did-update-set-state
    if (before.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null })
  }

  override render() {
    if (!this.state.error) return this.props.children
    const again = <Button small onClick={() => this.setState({ error: null })}>{text.common.retry}</Button>
    return (
      <div style={{ padding: 16 }}>
        <Notice tone="bad" title={text.common.broken} actions={again}><code>{this.state.error.message}</code></Notice>
      </div>
    )
  }
}
