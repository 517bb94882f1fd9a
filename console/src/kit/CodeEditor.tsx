import { lazy, Suspense } from 'react'
import { Loading } from './Notice'
import type { CodeEditorProps } from './codeEditorView'

const View = lazy(() => import('./codeEditorView'))

/** A JSON editor with faults shown at their lines; its code is loaded when first used. */
export const CodeEditor = (props: CodeEditorProps) => (
  <Suspense fallback={<Loading rows={8} />}><View {...props} /></Suspense>
)
