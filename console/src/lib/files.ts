/** Handing things to the person: a downloaded file, copied text. */
import { authorizedFetch } from '../api/client'
import { ApiError, toProblem } from '../api/problem'

/** Downloads with the bearer token, which a plain link cannot carry. */
export async function download(path: string, fallbackName: string): Promise<void> {
  const response = await authorizedFetch(path)
  if (!response.ok) throw new ApiError(toProblem(response.status, await response.json().catch(() => null)))
  const name = /filename="?([^";]+)"?/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? fallbackName
  const url = URL.createObjectURL(await response.blob())
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Copies text, also where the page is not a secure context. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = Object.assign(document.createElement('textarea'), { value: text, readOnly: true })
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
