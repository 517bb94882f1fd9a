import { useQuery } from '@tanstack/react-query'
import { Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { meQuery } from '../../api/queries'
import { signOut } from '../../api/session'
import { Segments } from '../../kit/Form'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../kit/Menu'
import { chooseTheme, storedTheme, type Theme } from '../../lib/theme'
import { text } from '../../text'
import { Face } from './Face'
import styles from './Shell.module.css'

/** Who is signed in, the theme, and the way out. */
export default function Account({ onHelp }: { onHelp: () => void }) {
  const { data } = useQuery(meQuery)
  return (
    <Menu trigger={<Face me={data} />} align="start">
      <MenuLabel>{data?.user.email}</MenuLabel>
      <ThemeChoice />
      <MenuLine />
      <MenuItem icon={Keyboard} onSelect={onHelp}>{text.shell.keys.title}</MenuItem>
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>{text.shell.signOut}</MenuItem>
    </Menu>
  )
}

/** The colour theme: as the system, light, dark. */
export function ThemeChoice() {
  const [theme, setTheme] = useState(storedTheme)
  const choose = (next: Theme) => {
    chooseTheme(next)
    setTheme(next)
  }
  const options = [
    { value: 'system' as const, label: text.shell.theme.system, icon: <Monitor size={13} aria-hidden /> },
    { value: 'light' as const, label: text.shell.theme.light, icon: <Sun size={13} aria-hidden /> },
    { value: 'dark' as const, label: text.shell.theme.dark, icon: <Moon size={13} aria-hidden /> },
  ]
  return <div className={styles.theme}><Segments compact label={text.shell.theme.label} value={theme} options={options} onChange={choose} /></div>
}
