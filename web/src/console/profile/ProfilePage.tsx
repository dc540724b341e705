import { useWords } from '../../i18n';
import { answersContacts } from '../../live/wire';
import { Avatar } from '../../ui/Avatar';
import { LanguageChoices, ThemeChoices } from '../Preferences';
import { useRoom } from '../room_context';
import { NoticeSwitches } from './NoticeSwitches';
import { PasswordForm } from './PasswordForm';
import '../page.css';

export function ProfilePage() {
  const { t } = useWords();
  const { operator } = useRoom();
  return (
    <main className="page" id="conversation" tabIndex={-1}>
      <div className="page__inner">
        <h1>{t.profile.title}</h1>
        <section className="profile__card">
          <div className="profile__who">
            <Avatar name={operator.name} size={56} />
            <div>
              <h2>{operator.name}</h2>
              <p className="profile__lead">{t.roles[operator.role]}</p>
            </div>
          </div>
          <dl className="profile__facts">
            <dt>{t.profile.username}</dt>
            <dd>{operator.username}</dd>
            {operator.departments.length > 0 && (
              <>
                <dt>{t.profile.departments}</dt>
                <dd>{operator.departments.map(({ name }) => name).join(' · ')}</dd>
              </>
            )}
          </dl>
        </section>
        {answersContacts(operator) && (
          <section className="profile__card" aria-labelledby="profile-notices">
            <h2 id="profile-notices">{t.notices.title}</h2>
            <NoticeSwitches />
          </section>
        )}
        <section className="profile__card" aria-labelledby="profile-password">
          <h2 id="profile-password">{t.profile.password}</h2>
          <p className="profile__lead">{t.profile.passwordLead}</p>
          <PasswordForm />
        </section>
        <section className="profile__card" aria-labelledby="profile-appearance">
          <h2 id="profile-appearance">{t.profile.appearance}</h2>
          <div className="profile__choices">
            <LanguageChoices />
            <ThemeChoices />
          </div>
        </section>
      </div>
    </main>
  );
}
