import { Dialog } from '../../kit/Dialog'
import { Kbd } from '../../kit/Tooltip'
import { text } from '../../text'
import styles from './Shell.module.css'

/** What the keyboard can do. */
const KeyHelp = ({ onClose }: { onClose: () => void }) => (
  <Dialog open onClose={onClose} title={text.shell.keys.title} wide>
    <div className={styles.keyGroups}>
      {text.shell.keys.groups.map((group) => (
        <section key={group.title}>
          <h3>{group.title}</h3>
          <dl>{group.keys.map(([keys, what]) => <div key={keys}><dt>{what}</dt><dd><Kbd keys={keys} /></dd></div>)}</dl>
        </section>
      ))}
    </div>
  </Dialog>
)

export default KeyHelp
