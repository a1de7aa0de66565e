import { useQuery } from '@tanstack/react-query';
import { useCaller } from '../connection/use-caller.ts';
import { PasswordForm } from '../features/account/password-form.tsx';
import { sessionsQuery, tokensQuery } from '../features/account/queries.ts';
import { SessionTable } from '../features/account/session-table.tsx';
import { TokenForm } from '../features/account/token-form.tsx';
import { TokenTable } from '../features/account/token-table.tsx';
import { Answer } from '../ui/answer.tsx';
import { Facts } from '../ui/facts.tsx';
import { Page } from '../ui/page.tsx';
import { Section } from '../ui/section.tsx';
import { SignInOffer } from '../ui/sign-in-offer.tsx';

/** Who am I here, and what stands for me? */
export function AccountPage() {
  const caller = useCaller();
  return (
    <Page title="Account">
      {caller?.email === undefined ? (
        <SignInOffer purpose="to see your account" />
      ) : (
        <Account name={caller.name} email={caller.email} role={caller.role} />
      )}
    </Page>
  );
}

function Account({ name, email, role }: { name: string; email: string; role: string }) {
  const tokens = useQuery(tokensQuery(email));
  const sessions = useQuery(sessionsQuery);
  return (
    <>
      <Section title="You">
        <Facts
          facts={[
            ['Name', name],
            ['E-mail address', email],
            ['On this server', role],
          ]}
        />
      </Section>
      <Section title="Tokens">
        <p>A token lets a program do what you may, up to its scope.</p>
        <Answer query={tokens} what="your tokens">
          {(shown) => (shown.length === 0 ? <p>You have none.</p> : <TokenTable tokens={shown} />)}
        </Answer>
        <TokenForm />
      </Section>
      <Section title="Sessions">
        <Answer query={sessions} what="your sessions">
          {(shown) => <SessionTable sessions={shown} />}
        </Answer>
      </Section>
      <Section title="Password">
        <PasswordForm />
      </Section>
    </>
  );
}
