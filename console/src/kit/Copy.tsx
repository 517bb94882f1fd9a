import { Check, Copy as CopyIcon } from 'lucide-react'
import { useState } from 'react'
import { copy } from '../lib/files'
import { text } from '../text'
import { Button, IconButton } from './Button'

/** Copies `value`, and says that it did; with `words` it is a button with words. */
export function Copy({ value, label, words }: { value: string | (() => string); label: string; words?: boolean }) {
  const [done, setDone] = useState(false)
  const press = async () => {
    await copy(typeof value === 'string' ? value : value())
    setDone(true)
    setTimeout(() => setDone(false), 1_500)
  }
  const icon = done ? Check : CopyIcon
  if (words) return <Button small icon={icon} onClick={() => void press()}>{done ? text.common.copied : label}</Button>
  return <IconButton label={done ? text.common.copied : label} icon={icon} size={13} onClick={() => void press()} />
}
