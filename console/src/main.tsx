import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './kit/base.css'

const root = document.getElementById('root')
if (root) createRoot(root).render(<StrictMode>Throughline</StrictMode>)
