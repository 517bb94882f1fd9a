import { Link, Outlet } from '@tanstack/react-router'
import { text } from '../../text'
import styles from './Settings.module.css'

const words = text.settings.nav

/** The settings, by area. */
export const SettingsView = () => (
  <div className={styles.settings}>
    <nav className={styles.nav} aria-label={words.label}>
      <div>
        <p>{words.general}</p>
        <Link to="/settings/debug">{words.debug}</Link>
      </div>
      <div>
        <p>{words.access}</p>
        <Link to="/settings/tokens">{words.tokens}</Link>
      </div>
    </nav>
    <div className={styles.content}><Outlet /></div>
  </div>
)
