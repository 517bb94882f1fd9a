/** Numbers, sizes and times as people read them; all in the reader's own time zone. */
const DASH = '–'

/** `8 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return DASH
  if (ms < 1) return '<1 ms'
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 3_600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  return pair(Math.floor(seconds / 3_600), 'h', Math.floor((seconds % 3_600) / 60), 'min')
}

const pair = (a: number, unitA: string, b: number, unitB: string) => (b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`)

/** `512 B`, `3.4 KiB`, `5.0 MiB`. */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return DASH
  if (count < 1024) return `${count} B`
  const units = ['KiB', 'MiB', 'GiB']
  let value = count / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

const NUMBER = new Intl.NumberFormat('en')
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const FULL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' })

/** `12,345`. */
export const count = (value: number) => NUMBER.format(value)

/** `14:02:31`. */
export const clock = (at: string) => CLOCK.format(new Date(at))

/** `14:02:31` today, `21 Nov 14:02` on another day. */
export function moment(at: string, now = new Date()): string {
  const date = new Date(at)
  if (date.toDateString() === now.toDateString()) return CLOCK.format(date)
  return `${DAY.format(date)} ${CLOCK.format(date).slice(0, 5)}`
}

const ZONE = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })

/** The reader's time zone at a moment, `UTC` or `GMT+2`: every list of times says once which it is. */
export const zone = (at: Date | string = new Date()) => ZONE.formatToParts(new Date(at)).find((part) => part.type === 'timeZoneName')?.value ?? ''

/** `22 Nov 2026, 14:02:31 GMT+2`: for titles and tooltips. */
export const fullTime = (at: string) => FULL.format(new Date(at))

/** `just now`, `4 min ago`, `in 2 h`, `3 d ago`. */
export function ago(at: string, now = Date.now()): string {
  const distance = now - new Date(at).getTime()
  const text = span(Math.abs(distance))
  if (text === null) return 'just now'
  return distance >= 0 ? `${text} ago` : `in ${text}`
}

function span(ms: number): string | null {
  if (ms < 10_000) return null
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 86_400_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} d`
}

/** `Today`, `Yesterday`, `Friday 20 November`. */
export function dayName(at: string, now = new Date()): string {
  const date = new Date(at)
  if (date.toDateString() === now.toDateString()) return 'Today'
  const yesterday = new Date(now)
  yesterday.setDate(now.getDate() - 1)
  if (date.toDateString() === yesterday.toDateString()) return 'Yesterday'
  return new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(date)
}
