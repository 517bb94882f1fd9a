import styles from './Shell.module.css'

/** The mark: a line that goes through. */
export const Logo = ({ size = 22 }: { size?: number }) => (
  <svg className={styles.logo} width={size} height={size} viewBox="0 0 32 32" aria-hidden>
    <rect width="32" height="32" rx="8" fill="var(--accent)" />
    <path d="M5 16h6.5M20.5 16H27" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
    <circle cx="16" cy="16" r="4.6" fill="none" stroke="#fff" strokeWidth="2.6" />
  </svg>
)
