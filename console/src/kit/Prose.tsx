import { Fragment } from 'react'

/** A sentence in which names stand between backticks, as the API writes them: those are shown as code. */
export const Prose = ({ text }: { text: string }) => (
  <>
    {text.split('`').map((part, index) => (
      // The parts of a sentence never move, so the index is their identity.
      // oxlint-disable-next-line react/no-array-index-key
      <Fragment key={index}>{index % 2 === 1 ? <code>{part}</code> : part}</Fragment>
    ))}
  </>
)
