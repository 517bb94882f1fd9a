/** An exchange as a curl command that a shell can run; masked values stay masked. */
import type { Exchange } from '../api/types'

const OMIT = new Set(['host', 'content-length', 'connection', 'accept-encoding'])

export function curl({ request }: Exchange): string {
  const parts = [`curl -i -X ${request.method} ${quote(request.url)}`]
  for (const [name = '', value = ''] of request.headers) {
    if (!OMIT.has(name.toLowerCase())) parts.push(`-H ${quote(`${name}: ${value}`)}`)
  }
  if (request.body?.text) parts.push(`--data-raw ${quote(request.body.text)}`)
  return parts.join(' \\\n  ')
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
