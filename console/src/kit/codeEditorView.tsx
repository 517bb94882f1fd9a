import { json, jsonParseLinter } from '@codemirror/lang-json'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, linter } from '@codemirror/lint'
import { EditorState, StateEffect, StateField } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { basicSetup } from 'codemirror'
import { useEffect, useRef } from 'react'
import { type Fault } from '../api/types'
import { locate } from '../lib/pointer'

export type CodeEditorProps = {
  value: string
  label: string
  onChange?: (text: string) => void
  onSave?: () => void
  faults?: Fault[]
  /** A pointer to scroll to; a new object scrolls again. */
  reveal?: { pointer: string } | null
  readOnly?: boolean
}

const NONE: Fault[] = []

/** CodeMirror in a shadow root: there it uses constructed style sheets, so the page needs no 'unsafe-inline' for styles. */
export default function CodeEditorView({ value, label, onChange, onSave, faults = NONE, reveal, readOnly }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const told = useRef<string[]>([])
  const handlers = useRef({ onChange, onSave })
  useEffect(() => {
    handlers.current = {
      onSave,
      onChange: (text) => {
        told.current.push(text)
        onChange?.(text)
      },
    }
  })

  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: 'open' })
    const editor = new EditorView({ parent: root, root, state: stateFor(value, label, readOnly === true, () => handlers.current) })
    view.current = editor
    return () => editor.destroy()
    // The document is the editor's own after it was made; later values arrive below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [readOnly, label])

  useEffect(() => {
    const editor = view.current
    // A value that the editor told itself comes back late while somebody types: it must not undo what was typed since.
    const echo = told.current.lastIndexOf(value)
    told.current.splice(0, echo + 1)
    if (!editor || echo >= 0 || value === editor.state.doc.toString()) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
    told.current = []
  }, [value])

  useEffect(() => {
    view.current?.dispatch({ effects: setFaults.of(faults) })
  }, [faults, readOnly, label])

  useEffect(() => {
    const editor = view.current
    const range = reveal && editor && locate(editor.state.doc.toString(), reveal.pointer)
    if (!range) return
    editor.dispatch({ selection: { anchor: range.from }, effects: EditorView.scrollIntoView(range.from, { y: 'center' }) })
    editor.focus()
  }, [reveal])

  return <div ref={host} style={{ height: '100%', minHeight: 0 }} />
}

const setFaults = StateEffect.define<Fault[]>()
const faultsField = StateField.define<Fault[]>({
  create: () => [],
  update: (faults, { effects }) => effects.find((effect) => effect.is(setFaults))?.value ?? faults,
})

/** One linter for both kinds of fault, because each run of a linter replaces all marks: what is no JSON, and what the gateway found. */
const linting = linter(
  (editor) => [...jsonParseLinter()(editor), ...diagnosticsOf(editor.state.doc.toString(), editor.state.field(faultsField))],
  { delay: 200, needsRefresh: ({ transactions }) => transactions.some((one) => one.effects.some((effect) => effect.is(setFaults))) },
)

type Handlers = Pick<CodeEditorProps, 'onChange' | 'onSave'>

function stateFor(doc: string, label: string, readOnly: boolean, latest: () => Handlers): EditorState {
  const save = () => {
    latest().onSave?.()
    return true
  }
  return EditorState.create({
    doc,
    extensions: [
      keymap.of([{ key: 'Mod-s', run: save, preventDefault: true }]),
      basicSetup, json(), faultsField, linting, lintGutter(), theme, syntaxHighlighting(colours),
      EditorView.lineWrapping,
      EditorState.readOnly.of(readOnly),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest().onChange?.(update.state.doc.toString())
      }),
    ],
  })
}

/** Faults as diagnostics at the place that their pointer names; at the top when it cannot be found. */
export function diagnosticsOf(text: string, faults: Fault[]): Diagnostic[] {
  return faults.map((fault) => {
    const range = locate(text, fault.pointer) ?? { from: 0, to: Math.min(1, text.length) }
    return { ...range, severity: 'error', message: fault.detail, source: fault.code }
  })
}

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', fontFeatureSettings: "'calt' 0" },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-line)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft) !important', outline: '1px solid var(--accent-line)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--mark)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--quiet-soft)', border: 'none', color: 'var(--ink-2)', padding: '0 6px' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-textfield': { backgroundColor: 'var(--surface)', border: '1px solid var(--line-strong)', borderRadius: '5px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--raised)', border: '1px solid var(--line-strong)', borderRadius: '5px' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: '7px', boxShadow: 'var(--shadow-lg)' },
  // CodeMirror's own marks are data: images, which the CSP forbids.
  '.cm-lint-marker': { content: '""', width: '8px', height: '8px', margin: '6px auto 0', borderRadius: '50%' },
  '.cm-lint-marker-error': { content: '""', backgroundColor: 'var(--bad)' },
  '.cm-lint-marker-warning': { content: '""', backgroundColor: 'var(--warn)' },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--sans)', fontSize: '12px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--bad)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad) 1px', textUnderlineOffset: '3px' },
})

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--syn-key)' },
  { tag: tags.string, color: 'var(--syn-string)' },
  { tag: tags.number, color: 'var(--syn-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--syn-word)' },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: 'var(--syn-punct)' },
])
