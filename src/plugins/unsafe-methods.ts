/** The methods that change something: they need an Origin, and may be replayed under a key. */
export const UNSAFE_METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
