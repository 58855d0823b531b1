import { type Static, Type } from 'typebox';
import { DateTime, Id, StrictObject } from './common.ts';

const Email = Type.String({
  minLength: 3,
  maxLength: 255,
  // No control or invisible characters either: two addresses that look alike are two accounts.
  pattern: '^[^@\\s\\p{C}]+@[^@\\s\\p{C}]+$',
  description: 'Upper and lower case are the same address.',
});
const Password = Type.String({ minLength: 8, maxLength: 1_000 });

export const User = StrictObject({
  id: Id,
  email: Type.String(),
  role: Type.Enum(['user', 'admin']),
  searchHistory: Type.Boolean({ description: 'Whether searches are kept.' }),
  createdAt: DateTime,
});

export const UpdateMe = StrictObject(
  { searchHistory: Type.Boolean() },
  { examples: [{ searchHistory: false }] },
);

export const Credentials = StrictObject(
  { email: Email, password: Password },
  { examples: [{ email: 'listener@example.org', password: 'correct horse battery' }] },
);
export type Credentials = Static<typeof Credentials>;

/** The token is shown this once; it goes into `Authorization: Bearer`. */
export const Login = StrictObject({ user: User, token: Type.String(), expiresAt: DateTime });

export const PasswordChange = StrictObject(
  { currentPassword: Type.String({ minLength: 1, maxLength: 1_000 }), newPassword: Password },
  {
    examples: [{ currentPassword: 'correct horse battery', newPassword: 'staple correct horse' }],
  },
);

export const AccountDeletion = StrictObject(
  { password: Type.String({ minLength: 1, maxLength: 1_000 }) },
  { examples: [{ password: 'correct horse battery' }] },
);
