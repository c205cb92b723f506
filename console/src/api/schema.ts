// Made by `cargo xtask gen` from docs/openapi.json. Change the endpoints instead.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An account, as administrators see it. */
        AccountView: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description The name shown to others. */
            display_name: string;
            /** @description Whether its person is asked for a code of their authenticator at sign-in. */
            has_second_factor: boolean;
            /** @description Person or service account. */
            kind: components["schemas"]["UserKind"];
            link_expires_at?: components["schemas"]["Time"] | null;
            /**
             * Format: int64
             * @description The small number by which scripts name it.
             */
            number: number;
            /** @description What it may do. */
            role: components["schemas"]["Role"];
            /** @description Whether it may do anything at all. */
            state: components["schemas"]["UserState"];
            /** @description The tenant it belongs to. */
            tenant_id: components["schemas"]["TenantId"];
            /** @description Identifier. */
            user_id: components["schemas"]["UserId"];
            /** @description The name used to sign in. */
            username: string;
        };
        /** @description Something that has happened in a session. */
        Activity: {
            /** @description Why it failed. */
            error?: string | null;
            /** @description The turn. */
            id: components["schemas"]["TurnId"];
            /** @description The turn again, as the gateway document prints it. */
            request_id: components["schemas"]["TurnId"];
            /** @description When. */
            timestamp: components["schemas"]["Time"];
            /** @description What. */
            type: components["schemas"]["ActivityKind"];
        };
        /**
         * @description What has happened in a session.
         * @enum {string}
         */
        ActivityKind: "prompt" | "event" | "result" | "error";
        /** @description Does something with a job. */
        ActOnJob: {
            /** @description `cancel`, `retry` or `send_webhook`. */
            action: string;
        };
        /** @description A passkey was added. */
        AddedPasskey: {
            /** @description It. */
            passkey: components["schemas"]["PasskeyView"];
            /**
             * @description Codes for whoever loses it, where it is the first second factor. Each works once. The only time
             *     that they are shown.
             */
            recovery_codes?: string[];
        };
        /** @description Adds a passkey. */
        AddPasskey: {
            /** @description What the authenticator has made. */
            made: components["schemas"]["MadePasskey"];
            /** @description What to call it, 1 to 64 characters. */
            name: string;
        };
        /** @description An agent on one machine. */
        AgentOnMachine: {
            /** @description Whether it can ask a person before it acts. */
            asks: boolean;
            /** @description Whether a chat can be started with it. */
            chat: boolean;
            /** @description The command that installs it. */
            install?: string | null;
            /** @description Which machine. */
            machine_id: components["schemas"]["MachineId"];
            /** @description Its name. */
            machine_name: string;
            /** @description What is missing, as a sentence, if it cannot be used. */
            missing?: string | null;
            /** @description Short name. */
            name: string;
            /** @description Whether it can be worked on. */
            status: components["schemas"]["MachineStatus"];
            /** @description Whether its own terminal interface can be started. */
            terminal: boolean;
            /** @description Name for people, such as `Claude Code`. */
            title: string;
            /** @description Version, if it is installed. */
            version?: string | null;
        };
        /** @description The agents of every machine that one may see. */
        Agents: {
            /** @description By name. */
            agents: components["schemas"]["AgentView"][];
            /** @description How many there are. */
            count: number;
        };
        /** @description An agent process is ready. */
        AgentUpdate: {
            /** @description The agent's own name for the session; needed to load or resume it. */
            agent_session_id: string;
            /** @description Whether it always asks before it acts. Where it does not, the policy has nothing to decide. */
            asks: boolean;
            /** @description What the program calls itself. */
            name?: string | null;
            /** @description Whether the agent remembers what was said before. */
            opened: components["schemas"]["HowOpened"];
            /** @description What a prompt may contain besides text and links. */
            prompt: components["schemas"]["PromptAbilities"];
            /** @description Whether a later process can take the session up again. */
            remembers: boolean;
            /** @description Its version, as it says. */
            version?: string | null;
        };
        /** @description An agent, and where it is. */
        AgentView: {
            /** @description Whether a session can be started with it now: it is installed on a machine that is online. */
            available: boolean;
            /** @description The machines that know of it, by name. */
            machines: components["schemas"]["AgentOnMachine"][];
            /** @description Short name, such as `claude`. */
            name: string;
            /** @description Name for people, such as `Claude Code`. */
            title: string;
        };
        /**
         * @description How far an answer reaches beyond its question. What can be chosen stands in the question's
         *     details, as `always`.
         */
        AlwaysAnswer: {
            /**
             * Format: int64
             * @description For how long, in seconds, at most 366 days; for ever if it is left out.
             */
            expires_in_s?: number | null;
            /**
             * @description How many of the command's first words count, where it is about those; all if it is left
             *     out.
             */
            first_words?: number | null;
            /** @description How much of what was asked it covers. */
            reach: components["schemas"]["RuleReach"];
            /** @description Where it holds. */
            within: components["schemas"]["RuleWithin"];
        };
        /** @description Answers a session that asks for more. */
        AnswerBudget: {
            /**
             * Format: double
             * @description How much: tokens, calls, or US dollars.
             */
            amount: number;
            /** @enum {string} */
            answer: "grant";
        } | {
            /** @enum {string} */
            answer: "stop";
        };
        /** @description The answer of an agent (`ask`, `ask_stream`). */
        Answered: {
            /** @description The agent. */
            agent?: string | null;
            /** @description What it has said, in the format that was asked for. */
            content: string;
            /**
             * Format: int64
             * @description How many bytes at the end of a very long answer were left out.
             */
            cut_bytes?: number | null;
            /** @description In which session. */
            session_id: components["schemas"]["SessionId"];
            /** @description The agent's own word for why it stopped, such as `end_turn`. */
            stop_reason?: string | null;
            /** @description The turn. */
            turn_id: components["schemas"]["TurnId"];
        };
        /**
         * @description How the answer of an agent is written.
         * @enum {string}
         */
        AnswerFormat: "text" | "json" | "quiet";
        /** @description Answers a question. */
        AnswerPermission: {
            always?: components["schemas"]["AlwaysAnswer"] | null;
            /** @description The answer. */
            answer: components["schemas"]["PermissionAnswer"];
            /** @description From the question, so that the answer is to what was seen. */
            digest: string;
            /** @description What to tell the agent with a denial, at most 4000 characters. */
            note?: string | null;
        };
        /** Format: uuid */
        ApiTokenId: string;
        /** @description One's own API tokens. */
        ApiTokens: {
            /** @description The newest first. */
            tokens: components["schemas"]["ApiTokenView"][];
        };
        /** @description An API token without its secret. */
        ApiTokenView: {
            /** @description Since when. */
            created_at: components["schemas"]["Time"];
            /** @description When it ends. */
            expires_at: components["schemas"]["Time"];
            last_used_at?: components["schemas"]["Time"] | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description What it may be used for. */
            scopes: components["schemas"]["TokenScope"][];
            /** @description Identifier. */
            token_id: components["schemas"]["ApiTokenId"];
        };
        /**
         * @description Asks an agent (`ask`, `ask_stream`). A `content` that is `/new` starts a new session, one that is
         *     `/agent NAME` a new one with that agent.
         */
        Ask: {
            /** @description The agent of a new session; if it is left out `claude`, or the first that is installed. */
            agent?: string | null;
            allowed_tools?: components["schemas"]["ToolList"] | null;
            auth_policy?: components["schemas"]["AuthPolicy"] | null;
            /**
             * @description `cli`, if it is left out; there is no other. Sessions are told apart by their owner, their
             *     name and their tags.
             */
            channel?: string | null;
            /** @description The prompt. */
            content: string;
            /** @description The directory of a new session; the machine's first workspace if it is left out. */
            cwd?: string | null;
            denied_tools?: components["schemas"]["ToolList"] | null;
            /** @description How `content` of the answer is written. What is told on the way stays as it is. */
            format?: components["schemas"]["AnswerFormat"];
            /**
             * @description Where a new session runs, by identifier or name; the only machine that is online if it is
             *     left out.
             */
            machine_id?: string | null;
            /**
             * Format: int32
             * @description How many prompts the session takes, from 1; without limit if it is left out.
             */
            max_turns?: number | null;
            /** @description The model of a new session; the agent's default if it is left out. */
            model?: string | null;
            non_interactive_permissions?: components["schemas"]["NonInteractive"] | null;
            /**
             * @description The starting point: `safe-readonly`, `ask`, `dev-default`, `full-auto`, or a preset that
             *     an administrator has made.
             */
            permission_preset?: string | null;
            permissions?: components["schemas"]["Permissions"] | null;
            /**
             * Format: int32
             * @description How often a turn that has failed is tried again, at most 10.
             */
            prompt_retries?: number | null;
            /**
             * @description The identifier of a session, or a name: the open session of one's own that has it, or a new
             *     one that gets it. A new session if it is left out.
             */
            session_id?: string | null;
            /** @description Leaves out what tools have read. */
            suppress_reads?: boolean;
            /**
             * Format: int64
             * @description After how many seconds the turn is cancelled; never if it is left out or 0.
             */
            timeout?: number | null;
            /**
             * Format: int64
             * @description After how many seconds without a prompt, a turn or anything else that somebody does a new
             *     session ends by itself, at most 2592000; never if it is left out or 0.
             */
            ttl?: number | null;
        };
        /** @description What a browser is to ask an authenticator for. */
        AskPasskey: {
            /**
             * @description What browsers take for `PublicKeyCredential.parseCreationOptionsFromJSON` or
             *     `parseRequestOptionsFromJSON`, in the words of Web Authentication.
             */
            options: Record<string, never>;
        };
        /**
         * @description What a user may do on one machine.
         * @enum {string}
         */
        AssignmentLevel: "user" | "admin";
        /** @description Everybody who was given a right on a machine. */
        Assignments: {
            /** @description Always true. */
            success: boolean;
            /** @description Who was given it first comes first. */
            users: components["schemas"]["AssignmentView"][];
        };
        /** @description Somebody who was given a right on a machine. */
        AssignmentView: {
            /** @description The name shown to others. */
            display_name: string;
            /** @description When. */
            granted_at: components["schemas"]["Time"];
            /** @description By whom. */
            granted_by: components["schemas"]["UserId"];
            /**
             * Format: int64
             * @description The same account, by its number.
             */
            number: number;
            /** @description What. */
            permission: components["schemas"]["AssignmentLevel"];
            /** @description Whom. */
            user_id: components["schemas"]["UserId"];
            /** @description The name used to sign in. */
            username: string;
        };
        /** @description Gives somebody a right on a machine, or changes it. */
        AssignUser: {
            /**
             * @description What; `user` if it is left out. `admin`, granted by somebody who looks after the machine
             *     without administering the tenant, is stored as `user`.
             */
            permission?: components["schemas"]["AssignmentLevel"];
            /** @description Whom: the identifier of an account, or its number. */
            user_id: components["schemas"]["UserRef"];
        };
        /**
         * @description What becomes of a call that a quota stops.
         * @enum {string}
         */
        AtStop: "ask" | "refuse";
        /** @description A page of the audit log. */
        Audit: {
            /**
             * @description What the accounts in these lines are called, deleted ones too, by what names them there:
             *     `user:` and an identifier.
             */
            names?: {
                [key: string]: string;
            };
            /** @description Ask with this for the next page; absent on the last one. */
            next_cursor?: string | null;
            /** @description The newest first. */
            records: components["schemas"]["AuditView"][];
        };
        /** Format: uuid */
        AuditRecordId: string;
        /** @description Whether the audit log is as it was written. */
        AuditVerification: {
            /**
             * Format: int64
             * @description The first line that is not as it was written; absent if all are.
             */
            broken_at?: number | null;
            /**
             * Format: int64
             * @description Lines up to this one were dropped because they were old; 0 if none was.
             */
            dropped: number;
            /**
             * @description The hash of that line, in hexadecimal. Kept elsewhere together with the position, it proves
             *     later that nothing up to there was changed.
             */
            hash: string;
            /** @description Whether it is. */
            intact: boolean;
            /**
             * Format: int64
             * @description The last line that is as it was written; 0 if there is none.
             */
            position: number;
            problem?: components["schemas"]["ChainProblem"] | null;
        };
        /** @description One line of the audit log. */
        AuditView: {
            /** @description What was done. */
            action: string;
            /** @description Who acted. */
            actor: string;
            /** @description When it happened. */
            at: components["schemas"]["Time"];
            /** @description Facts. */
            facts: Record<string, never>;
            /** @description SHA-256 that chains the line to the one before it, in hexadecimal. */
            hash: string;
            /** @description Identifier. */
            id: components["schemas"]["AuditRecordId"];
            /** @description To what. */
            object: string;
            /**
             * Format: int64
             * @description Position in the tenant's chain, from 1.
             */
            position: number;
            /** @description `ok`, or why it was refused. */
            result: string;
        };
        /** @description Whether signing in is needed, and whether the installation has an administrator. */
        AuthCheck: {
            /** @description Providers with which people sign in, beside their passwords. */
            providers?: components["schemas"]["SignInProvider"][];
            /** @description Whether a credential is needed; it always is. */
            required: boolean;
            /** @description Whether the first administrator is still to be made, with the link that the server printed. */
            setup_required: boolean;
        };
        /**
         * @description What happens when an agent insists on a login that cannot be done.
         * @enum {string}
         */
        AuthPolicy: "skip" | "fail";
        /** @description Begins to add a passkey. */
        BeginPasskey: {
            /**
             * @description A code of one's authenticator, or a recovery code. This or `passkey` where there is a second
             *     factor already.
             */
            code?: string | null;
            passkey?: components["schemas"]["SignedByPasskey"] | null;
            /** @description One's password; not needed by accounts that have none. */
            password?: string | null;
        };
        /** @description Begins to set up an authenticator. */
        BeginSecondFactor: {
            /**
             * @description A code of the authenticator that is to be replaced, or a recovery code. This or `passkey`
             *     where there is a second factor already.
             */
            code?: string | null;
            passkey?: components["schemas"]["SignedByPasskey"] | null;
            /** @description One's password; not needed by accounts that have none. */
            password?: string | null;
        };
        /** @description Starts a session, or goes on with one (`session.init`, `session.new`). */
        BeginSession: {
            /** @description The agent of a new one; if it is left out `claude`, or the first that is installed. */
            agent?: string | null;
            /** @description The directory of a new one; the machine's first workspace if it is left out. */
            cwd?: string | null;
            /**
             * @description Where a new one runs, by identifier or name; the only machine that is online if it is left
             *     out.
             */
            machine_id?: string | null;
            /** @description The model of a new one; the agent's default if it is left out. */
            model?: string | null;
            /** @description What to call it. */
            name?: string | null;
            /**
             * @description The identifier of a session, or a name: the open session of one's own that has it, or a new
             *     one that gets it.
             */
            session_id?: string | null;
        };
        /** @description What has begun (`session.init`). */
        BegunSession: {
            /** @description Its agent. */
            agent?: string | null;
            /** @description When it was ordered. */
            created_at: components["schemas"]["Time"];
            /** @description When anything last happened. */
            last_active: components["schemas"]["Time"];
            /** @description Which session. */
            session_id: components["schemas"]["SessionId"];
        };
        /** @description What a browser has to know that is to be told itself. */
        BrowserFacts: {
            /** @description With what it subscribes at its push service: the server's public key, in base64url. */
            application_server_key: string;
            /** @description In how many browsers one may be told. */
            at_most: number;
            this_one?: components["schemas"]["ChannelId"] | null;
        };
        /** Format: uuid */
        BudgetRequestId: string;
        /** @description Sessions that wait for a larger budget. */
        BudgetRequests: {
            /** @description The oldest first. */
            requests: components["schemas"]["BudgetRequestView"][];
        };
        /** @description A session that waits, because a quota has stopped a call of its agent's. */
        BudgetRequestView: {
            answered_at?: components["schemas"]["Time"] | null;
            answered_by?: components["schemas"]["UserId"] | null;
            /**
             * Format: double
             * @description How much the call may need.
             */
            asked: number;
            /** @description When it was asked last. */
            asked_at: components["schemas"]["Time"];
            /** @description Identifier. */
            budget_request_id: components["schemas"]["BudgetRequestId"];
            /** @description Whether the caller may grant it; others see that the session waits. */
            can_grant: boolean;
            /**
             * Format: double
             * @description How much is allowed: tokens, calls, or US dollars.
             */
            limit: number;
            /** @description Where its agent runs. */
            machine_id: components["schemas"]["MachineId"];
            /** @description What the quota counts. */
            measure: components["schemas"]["QuotaMeasure"];
            /** @description The model that was asked for. */
            model?: string | null;
            /** @description What people call it, where it is known. */
            name?: string | null;
            /** @description Which one of them. */
            of: string;
            /** @description Amounts to offer, the smaller first; the call can go on with either. */
            offers: number[];
            /** @description After which time it is whole again. */
            period: components["schemas"]["QuotaPeriod"];
            /** @description The quota. */
            quota_id: components["schemas"]["QuotaId"];
            /** @description The session. */
            session_id: components["schemas"]["SessionId"];
            /** @description Where it stands. */
            state: components["schemas"]["BudgetState"];
            /** @description Whose use the quota limits. */
            subject: components["schemas"]["QuotaSubject"];
            /**
             * Format: double
             * @description How much is used, or reserved for calls under way.
             */
            used: number;
            /** @description Whose session it is. */
            user_id: components["schemas"]["UserId"];
        };
        /**
         * @description Where a session's call for more stands.
         * @enum {string}
         */
        BudgetState: "pending" | "granted" | "declined" | "withdrawn";
        /** @description Which build this is. */
        Build: {
            /** @description Commit, where it is known. */
            commit: string;
            /** @description The time of that commit, where it is known. */
            time: string;
            /** @description Release. */
            version: string;
        };
        /**
         * @description Cancels a turn (`ask.cancel`, `$/cancel_request`): by the identifier of the request that asked
         *     for it over this connection, or by its session.
         */
        CancelAsk: {
            /** @description The identifier of an `ask` or `ask_stream` of this connection. */
            id?: Record<string, never>;
            /** @description A session, whose running turn is cancelled. */
            session_id?: string | null;
        };
        /** @description Stops a turn. */
        CancelTurn: {
            /** @description Why, for the transcript. */
            reason?: string | null;
            turn_id?: components["schemas"]["TurnId"] | null;
        };
        /** @description What a machine can do. */
        Capabilities: {
            /**
             * Format: int32
             * @description Logical processors.
             */
            cpu_cores: number;
            /**
             * Format: double
             * @description Installed memory in GiB.
             */
            memory_gb: number;
            /** @description Whether a plain shell may be started. */
            shell: boolean;
        };
        /**
         * @description What carries a link.
         * @enum {string}
         */
        Carrier: "websocket" | "long_poll" | "in_process";
        /**
         * @description What is wrong with a chain of the audit log.
         * @enum {string}
         */
        ChainProblem: "missing" | "changed";
        /** @description Changes a channel. What is left out stays as it is. */
        ChangeChannel: {
            /** @description Whether it is used. `true` takes back that the server has put it off. */
            enabled?: boolean | null;
            /** @description What it tells of. */
            events?: components["schemas"]["NoticeEvent"][] | null;
            language?: components["schemas"]["NoticeLanguage"] | null;
            /** @description What to call it. */
            name?: string | null;
            /** @description What signs; an empty text for nothing. */
            secret?: string | null;
            /**
             * Format: int64
             * @description How many seconds a turn has to have taken for its end to be told.
             */
            shortest_turn_s?: number | null;
            /**
             * @description Another address. The secret of the one before is not used for it: give it again, if there is
             *     one.
             */
            url?: string | null;
        };
        /**
         * @description What there is to be seen of a file that differs.
         * @enum {string}
         */
        ChangeContent: "text" | "binary" | "repository" | "uncounted";
        /** @description A file that differs from the last commit. */
        ChangedFile: {
            /**
             * Format: int32
             * @description How many lines came; 0 for whatever is no text.
             */
            added: number;
            /** @description What there is to be seen. */
            content: components["schemas"]["ChangeContent"];
            /** @description Where it was before, if it was renamed in the workspace. */
            old_path?: string | null;
            /** @description The file, from the workspace down. What is not text in its name is replaced. */
            path: string;
            /**
             * Format: int32
             * @description How many lines went; 0 for whatever is no text.
             */
            removed: number;
            /** @description What became of it. */
            status: components["schemas"]["ChangeStatus"];
        };
        /** @description A file is as it was committed. */
        ChangeDiscarded: {
            /** @description Where on the machine what was there is kept for a week; absent if there was nothing. */
            kept_at?: string | null;
        };
        /** @description Changes what people say about a machine. What is absent stays as it is. */
        ChangeMachine: {
            /** @description Further labels. */
            add_labels?: string[];
            /** @description All its labels: at most 32, each of 1 to 50 characters. */
            labels?: string[] | null;
            /** @description What to call it, 1 to 100 characters. */
            machine_name?: string | null;
            /** @description Labels that it no longer has. */
            remove_labels?: string[];
        };
        /** @description Changes the agent's mode. */
        ChangeMode: {
            /** @description One of the modes that the agent offers. */
            mode: string;
        };
        /** @description Changes the agent's model. */
        ChangeModel: {
            /** @description One of the models that the agent offers. */
            model: string;
        };
        /** @description Changes one of the agent's options. */
        ChangeOption: {
            /** @description One of the options that the agent offers. */
            option: string;
            /** @description Its new value. */
            value: unknown;
        };
        /** @description Changes one's own password. Every other login of the account ends. */
        ChangePassword: {
            /** @description The password until now. */
            current: string;
            /** @description The new one, 8 to 256 characters. */
            new: string;
        };
        /** @description Changes a key; what is left out stays. The provider cannot be changed. */
        ChangeProviderKey: {
            /** @description Further names under which clients may ask for a model, in the place of those there are. */
            aliases?: {
                [key: string]: string;
            } | null;
            /** @description A new secret in the place of the old one. */
            api_key?: string | null;
            /**
             * @description Where calls go. Another host is taken only together with `api_key`: a stored key is not
             *     sent where it was not meant to go.
             */
            base_url?: string | null;
            /** @description What to call it, 1 to 100 characters. */
            key_name?: string | null;
            /** @description The models that it serves, 1 to 200; `null` for all. */
            models?: string[] | null;
            /**
             * Format: int64
             * @description Keys with a higher one are used before those with a lower one, -1000 to 1000.
             */
            priority?: number | null;
            state?: components["schemas"]["KeyState"] | null;
            /**
             * Format: int32
             * @description The share of sessions among keys of the same priority, 1 to 100.
             */
            weight?: number | null;
        };
        /** @description What differs in a session's workspace from the last commit of its Git repository. */
        Changes: {
            /** @description The branch that is checked out; absent where a commit is. */
            branch?: string | null;
            /** @description The files that differ, in the order of their names. Those that are ignored are left out. */
            files: components["schemas"]["ChangedFile"][];
            /** @description Whether there are more of them than are listed: up to 2000, of which 1000 may be untracked. */
            has_more: boolean;
            /** @description The commit with which the files are compared; absent before the first one. */
            head?: string | null;
        };
        /** @description Changes what people say about a session. What is left out stays as it is. */
        ChangeSession: {
            /** @description Further tags. */
            add_tags?: string[];
            /** @description Whether it is put away. */
            archived?: boolean | null;
            /** @description What to call it from now on, 1 to 200 characters. */
            name?: string | null;
            /** @description Tags that it no longer has. */
            remove_tags?: string[];
            /** @description All its tags: at most 32, each of 1 to 50 characters. */
            tags?: string[] | null;
        };
        /** @description Changes what a tenant allows its sessions. What is left out stays as it is; `null` lifts a limit. */
        ChangeSessionLimits: {
            /**
             * Format: int64
             * @description After how many seconds without anything happening a chat is stopped, 60 to 2592000. A chat
             *     that was started with a shorter `ttl` keeps that. What waits for an answer, is paused or is
             *     done for a job is not idle; terminals have no such limit.
             */
            idle_limit_s?: number | null;
            /**
             * Format: int32
             * @description How many sessions may be open on one machine, 1 to 100000, whoever has them and whether or
             *     not they are paused. Jobs beyond it wait.
             */
            max_sessions_per_machine?: number | null;
            /**
             * Format: int32
             * @description How many sessions one user may have open, 1 to 100000, those of their jobs included. Jobs
             *     beyond it wait.
             */
            max_sessions_per_user?: number | null;
            /**
             * Format: int32
             * @description How many prompts one session takes, 1 to 100000. One that was started with fewer keeps that.
             */
            max_turns?: number | null;
        };
        /**
         * @description What became of a file since the last commit.
         * @enum {string}
         */
        ChangeStatus: "added" | "untracked" | "deleted" | "modified" | "renamed" | "type_changed" | "unmerged";
        /** @description Changes a tenant. */
        ChangeTenant: {
            /** @description What to call it, 1 to 100 characters. */
            name: string;
        };
        /** @description Changes an account. What is left out stays as it is. */
        ChangeUser: {
            /** @description The name shown to others. */
            display_name?: string | null;
            /**
             * @description Whether it may act. Whatever its user could act with ends when it may not, and so do its
             *     sessions.
             */
            enabled?: boolean | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description One try to tell a channel something. */
        ChannelAttemptView: {
            /** @description When it was begun. */
            at: components["schemas"]["Time"];
            /** @description Why it was no delivery; absent where it was one. */
            error?: string | null;
            event?: components["schemas"]["NoticeEvent"] | null;
            /**
             * Format: int32
             * @description The status of the answer, where there was one.
             */
            status?: number | null;
            /**
             * Format: int64
             * @description How long it took.
             */
            took_ms: number;
        };
        /** Format: uuid */
        ChannelId: string;
        /**
         * @description Who understands what a channel sends.
         * @enum {string}
         */
        ChannelKind: "slack" | "feishu" | "dingtalk" | "generic" | "browser";
        /** @description One's channels. */
        ChannelList: {
            /** @description How many one may have, beside browsers. */
            at_most: number;
            /** @description What a browser has to know that is to be told itself. */
            browsers: components["schemas"]["BrowserFacts"];
            /** @description The oldest first. */
            channels: components["schemas"]["ChannelView"][];
        };
        /**
         * @description Whether a channel is used.
         * @enum {string}
         */
        ChannelState: "on" | "off" | "put_off";
        /** @description What a test came to. */
        ChannelTested: {
            /** @description Whether the receiver has taken it. */
            delivered: boolean;
            /** @description Why it was no delivery. */
            error?: string | null;
            /**
             * Format: int32
             * @description The status of the answer, where there was one.
             */
            status?: number | null;
            /**
             * Format: int64
             * @description How long it took.
             */
            took_ms: number;
        };
        /** @description Where a person is told of what waits for them. */
        ChannelView: {
            /** @description What was tried, the newest first; at most the last 10. */
            attempts?: components["schemas"]["ChannelAttemptView"][];
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description What it tells of. */
            events: components["schemas"]["NoticeEvent"][];
            /** @description The host of its address. The rest is a secret, and not shown again. */
            host: string;
            /** @description Identifier. */
            id: components["schemas"]["ChannelId"];
            /** @description Who understands what it sends. */
            kind: components["schemas"]["ChannelKind"];
            /** @description The language of what it tells. */
            language: components["schemas"]["NoticeLanguage"];
            /** @description What its owner calls it. */
            name: string;
            /** @description Why the server has put it off, where it has. */
            put_off_because?: string | null;
            /**
             * Format: int64
             * @description How many seconds a turn has to have taken for its end to be told.
             */
            shortest_turn_s: number;
            /** @description Whether it is used. */
            state: components["schemas"]["ChannelState"];
        };
        /**
         * @description Where a chat stands.
         * @enum {string}
         */
        ChatState: "starting" | "idle" | "running" | "waiting" | "agent_down" | "stopped" | "failed";
        /** @description One value of an option that is a choice. */
        ChoiceOption: {
            /** @description What it means. */
            description?: string | null;
            /** @description The heading it stands under, where the agent groups its choices. */
            group?: string | null;
            /** @description Name for people. */
            name: string;
            /** @description The value. */
            value: string;
        };
        /** @description Chooses a password with a one-time link, and signs in. */
        ChoosePassword: {
            /** @description 8 to 256 characters. */
            password: string;
            /** @description From the link. */
            secret: string;
        };
        /** @description What the client says. */
        ClientMessage: {
            /**
             * Format: int64
             * @description Offset after the last byte that was drawn.
             */
            offset: number;
            /** @enum {string} */
            type: "ack";
        } | {
            /**
             * Format: int32
             * @description Width in character cells, 1 to 1000.
             */
            columns: number;
            /**
             * Format: int32
             * @description Height in character cells, 1 to 1000.
             */
            rows: number;
            /** @enum {string} */
            type: "resize";
        } | {
            /** @enum {string} */
            type: "take_keyboard";
        } | {
            /** @enum {string} */
            type: "fit_to_me";
        };
        /**
         * @description What keeps a machine from all work, on the machine itself. No server can lift it.
         * @enum {string}
         */
        ClosedBy: "halt" | "policy" | "no_tunnel";
        /** @description The server is about to close the connection. */
        Closing: {
            /** @description Why, for people. */
            reason: string;
        };
        /** @description That a machine takes no work, by what was said on the machine itself. It is lifted there only. */
        ClosureView: {
            /** @description What keeps it from work. */
            by: components["schemas"]["ClosedBy"];
            /** @description Why, in the words of the machine or of its owner; may be empty. */
            reason: string;
            since?: components["schemas"]["Time"] | null;
        };
        /** @description Lines for a machine's own shell. Those of the background hold where the daemon was installed. */
        CommandLines: {
            /** @description Installs the daemon, or brings it up to the server's release. Only for administrators. */
            install?: string | null;
            /** @description Shows what it has said. */
            logs: string;
            /** @description Stops it there and starts it again. */
            restart: string;
            /** @description Runs it in the foreground, where it was not installed. */
            run: string;
            /** @description Starts it in the background. */
            start: string;
            /** @description Says how it fares. */
            status: string;
            /** @description Stops it in the background. */
            stop: string;
            /** @description Removes it. Only for administrators. */
            uninstall?: string | null;
        };
        /** @description The agent's slash commands. */
        Commands: {
            /** @description All of them. */
            commands: components["schemas"]["SlashCommand"][];
        };
        /** @description What was committed of a session's workspace. */
        CommitLog: {
            /** @description The commits, the last one first. */
            commits: components["schemas"]["CommitView"][];
            /** @description Ask with this for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /** @description A commit. */
        CommitView: {
            /** @description Who wrote it, as they say. */
            author: string;
            /** @description When it was made, as whoever made it says. */
            committed_at: components["schemas"]["Time"];
            /** @description Its name, in hexadecimal. */
            id: string;
            /** @description The first line of what is said of it. */
            subject: string;
        };
        /** @description The first notification on a connection. */
        Connected: {
            /** @description Names the connection in logs. */
            connection_id: string;
            /** @description The server's time. */
            server_time: components["schemas"]["Time"];
            /** @description Release of the server; a page that was loaded from another one should reload. */
            server_version: string;
            /** @description The same, as the gateway document prints it; it is no session of an agent. */
            session_id: string;
        };
        /**
         * @description Who holds a session to reading, where its policy allows nothing else.
         * @enum {string}
         */
        Containment: "kernel" | "partly" | "policy";
        /** @description A piece of content, as ACP has them. */
        Content: {
            /** @enum {string} */
            kind: "text";
            /** @description The text. */
            text: string;
        } | {
            /** @description Base64. */
            data: string;
            /** @enum {string} */
            kind: "image";
            /** @description For example `image/png`. */
            mime_type: string;
            /** @description Where it came from. */
            uri?: string | null;
        } | {
            /** @description Base64. */
            data: string;
            /** @enum {string} */
            kind: "audio";
            /** @description For example `audio/wav`. */
            mime_type: string;
        } | {
            /** @enum {string} */
            kind: "resource_link";
            /** @description Its type, where it is known. */
            mime_type?: string | null;
            /** @description What it is called. */
            name: string;
            /**
             * Format: int64
             * @description Its size in bytes, where it is known.
             */
            size?: number | null;
            /** @description Where it is. */
            uri: string;
        } | {
            /** @enum {string} */
            kind: "resource";
            /** @description Its type, where it is known. */
            mime_type?: string | null;
            /** @description What is in it. */
            text: string;
            /** @description Where it is. */
            uri: string;
        } | {
            /** @description Base64. */
            data: string;
            /** @enum {string} */
            kind: "blob";
            /** @description Its type, where it is known. */
            mime_type?: string | null;
            /** @description Where it is. */
            uri: string;
        } | {
            /**
             * Format: int64
             * @description How large it was.
             */
            bytes: number;
            /** @enum {string} */
            kind: "omitted";
            /** @description Its type, where it is known. */
            mime_type?: string | null;
            /** @description What it was: `image`, `audio`, `resource`, `blob` or `unknown`. */
            what: string;
        } | {
            /** @enum {string} */
            kind: "unknown";
            /** @description The JSON. */
            raw: Record<string, never>;
        };
        /** @description One piece of a prompt, as the Agent Client Protocol spells it. */
        ContentBlock: {
            /** @description The text. */
            text: string;
            /** @enum {string} */
            type: "text";
        } | {
            /** @description Base64. */
            data: string;
            /** @description For example `image/png`. */
            mimeType: string;
            /** @enum {string} */
            type: "image";
        } | {
            /** @description Its name for people. */
            name: string;
            /** @enum {string} */
            type: "resource_link";
            /** @description For example `file:///home/ana/notes.txt`. */
            uri: string;
        } | {
            /** @description The file. */
            resource: components["schemas"]["EmbeddedResource"];
            /** @enum {string} */
            type: "resource";
        };
        /** @description How full the agent's context is. What is billed stands in the ledger of the LLM gateway. */
        ContextUsage: {
            cost?: components["schemas"]["Cost"] | null;
            /**
             * Format: int64
             * @description Tokens the context can hold.
             */
            size: number;
            /**
             * Format: int64
             * @description Tokens in the context.
             */
            used: number;
        };
        /** @description The copies of a machine's workspaces. */
        Copies: {
            /** @description By workspace; none where the machine's owner wants none. */
            copies: components["schemas"]["CopyView"][];
            /** @description Whether the caller may have them removed. */
            may_remove: boolean;
        };
        /** @description A copy of a workspace. Its files are on the server. */
        CopyView: {
            /** @description Identifier among the copies of the machine. */
            copy_id: string;
            /**
             * Format: int32
             * @description How many files are in the copy.
             */
            files: number;
            /**
             * @description How many files of the workspace are not in it, by why not. What `.gitignore` names is not
             *     counted.
             */
            left_out: components["schemas"]["LeftOutView"];
            /**
             * Format: int64
             * @description How large they are together.
             */
            size_bytes: number;
            /** @description As of when it is. */
            taken_at: components["schemas"]["Time"];
            /** @description The workspace on its machine. */
            workspace: string;
        };
        /** @description An amount of money, as an agent counts it. */
        Cost: {
            /**
             * Format: double
             * @description The amount, in units of the currency.
             */
            amount: number;
            /** @description ISO 4217 code, such as `USD`. */
            currency: string;
        };
        /** @description Asks for an API token. */
        CreateApiToken: {
            /**
             * Format: int32
             * @description For how many days it works, 1 to 365; 90 if it is left out.
             */
            expires_in_days?: number | null;
            /** @description What to call it, 1 to 100 characters. */
            name: string;
            /**
             * @description What it may be used for, of all that its owner may do: everything if this is left out. An
             *     empty list is refused. Every token may look at what its owner may see.
             */
            scopes?: components["schemas"]["TokenScope"][] | null;
        };
        /** @description Makes a channel. */
        CreateChannel: {
            /** @description What it tells of; at least one. */
            events: components["schemas"]["NoticeEvent"][];
            /** @description Who understands what it sends. */
            kind: components["schemas"]["ChannelKind"];
            language?: components["schemas"]["NoticeLanguage"] | null;
            /** @description What to call it, 1 to 60 characters. */
            name: string;
            /**
             * @description What signs for `feishu` and `dingtalk`, where their robot asks for a signature. `generic` is
             *     signed with one's webhook secret.
             */
            secret?: string | null;
            /**
             * Format: int64
             * @description How many seconds a turn has to have taken for its end to be told, at most 86400; 60 if it is
             *     left out.
             */
            shortest_turn_s?: number | null;
            /**
             * @description Where to post to: `https`, at most 2048 bytes, and on the public internet, unless the server's
             *     configuration trusts the host. It is kept sealed and never shown again.
             */
            url: string;
        };
        /** @description A new API token. The only time that its secret is shown. */
        CreatedApiToken: {
            /** @description Since when. */
            created_at: components["schemas"]["Time"];
            /** @description When it ends. */
            expires_at: components["schemas"]["Time"];
            last_used_at?: components["schemas"]["Time"] | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description What it may be used for. */
            scopes: components["schemas"]["TokenScope"][];
            /** @description The token as it is to be kept. */
            token: string;
            /** @description Identifier. */
            token_id: components["schemas"]["ApiTokenId"];
        };
        /** @description A registration token. The only time that its secret is shown. */
        CreatedEnrolment: {
            /**
             * @description The line that makes a computer with Linux or macOS a machine. It asks for the token, so that
             *     no secret is left in the shell's history.
             */
            command: string;
            /** @description The same where `gantline` is installed already. It runs nothing in the background. */
            enroll_command: string;
            /** @description Identifier, by which it is listed and revoked. */
            enrolment_id: components["schemas"]["EnrolmentId"];
            /** @description When it stops working. */
            expires_at: components["schemas"]["Time"];
            /** @description The token as it is to be given to the machine. */
            registration_token: string;
            /** @description Always true. */
            success: boolean;
            /** @description The same for Windows, in PowerShell as an administrator. */
            windows_command: string;
        };
        /** @description Makes a directory in one that is there. */
        CreateDirectory: {
            /** @description From the workspace down. */
            path: string;
        };
        /** @description A secret that was made. */
        CreatedWebhookSecret: {
            created_at?: components["schemas"]["Time"] | null;
            previous_until?: components["schemas"]["Time"] | null;
            /** @description The secret for the receiver, `whsec_` and base64. Shown this one time. */
            secret: string;
        };
        /** @description Asks for a registration token. */
        CreateEnrolment: {
            /**
             * Format: int32
             * @description For how many minutes it works, 1 to 1440; 60 if it is left out.
             */
            expires_in_minutes?: number | null;
            /**
             * Format: int64
             * @description The number of the tenant the machine will belong to; one's own if it is left out.
             */
            tenant_id?: number | null;
        };
        /** @description Asks for a link with which a person chooses a password. */
        CreatePasswordLink: {
            /**
             * Format: int32
             * @description For how many hours it works, 1 to 168; 72 if it is left out.
             */
            expires_in_hours?: number | null;
        };
        /** @description Stores a key. It is sealed and never shown again. */
        CreateProviderKey: {
            /**
             * @description Further names under which clients may ask for a model, each with the provider's name for
             *     that model; at most 100.
             */
            aliases?: {
                [key: string]: string;
            } | null;
            /** @description The secret. */
            api_key: string;
            /** @description Where calls go; the vendor's own address if it is left out. */
            base_url?: string | null;
            /** @description What to call it, 1 to 100 characters. */
            key_name: string;
            /** @description The models that it serves, 1 to 200; all if this is left out. */
            models?: string[] | null;
            /**
             * Format: int64
             * @description Keys with a higher one are used before those with a lower one; 0 if it is left out.
             */
            priority?: number | null;
            /** @description `openai`, `anthropic`, `google`, or a name of one's own for an OpenAI-compatible endpoint. */
            provider: string;
            state?: components["schemas"]["KeyState"] | null;
            /**
             * Format: int32
             * @description The share of sessions among keys of the same priority, 1 to 100; 1 if it is left out.
             */
            weight?: number | null;
        };
        /** @description Gives a rule. */
        CreateRule: {
            /**
             * @description What it says: `allow` and `deny` for one's own sessions, `never` for everybody's in the
             *     tenant, by administrators.
             */
            effect: components["schemas"]["RuleEffect"];
            /**
             * Format: int64
             * @description For how long, in seconds, at most 366 days; for ever if it is left out.
             */
            expires_in_s?: number | null;
            machine_id?: components["schemas"]["MachineId"] | null;
            /** @description Which calls of it. */
            matches: components["schemas"]["RuleMatch"];
            /** @description In which directory of that machine, absolute; in all if it is left out. */
            project_path?: string | null;
            /** @description One line for people; made of the rest if it is left out. */
            title?: string | null;
            /** @description The tool. */
            tool: components["schemas"]["RuleTool"];
        };
        /** @description Starts a session. */
        CreateSession: {
            /** @description The agent. Needed for a chat; a terminal without one runs the user's shell. */
            agent_name?: string | null;
            allowed_tools?: components["schemas"]["ToolList"] | null;
            auth_policy?: components["schemas"]["AuthPolicy"] | null;
            /**
             * Format: int32
             * @description First width of a terminal in character cells; 80 if it is left out.
             */
            columns?: number | null;
            /**
             * @description The agent's name for a session that was begun on the machine outside of Gantline: a chat that
             *     goes on with it, in its directory. The machine's `outside-sessions` lists them.
             */
            continues?: string | null;
            denied_tools?: components["schemas"]["ToolList"] | null;
            /**
             * @description Whether a person can be asked; if not, `non_interactive_permissions` decides. True if it is
             *     left out.
             */
            interactive?: boolean;
            /** @description A chat, if it is left out. */
            kind?: components["schemas"]["SessionKind"];
            /** @description Where it runs. */
            machine_id: components["schemas"]["MachineId"];
            /**
             * Format: int32
             * @description How many prompts the session takes, from 1; without limit if it is left out.
             */
            max_turns?: number | null;
            /** @description The model; the agent's default if it is left out. */
            model?: string | null;
            non_interactive_permissions?: components["schemas"]["NonInteractive"] | null;
            /**
             * @description The starting point: `safe-readonly`, `ask`, `dev-default`, `full-auto`, or a preset that
             *     an administrator has made.
             */
            permission_preset?: string | null;
            permissions?: components["schemas"]["Permissions"] | null;
            /** @description The directory; the machine's first workspace if it is left out. */
            project_path?: string | null;
            /**
             * Format: int32
             * @description First height of a terminal in character cells; 24 if it is left out.
             */
            rows?: number | null;
            /** @description What to call it; made of the agent and the directory if it is left out. */
            title?: string | null;
            /**
             * Format: int64
             * @description After how many seconds without a prompt, a turn or anything else that somebody does it ends
             *     by itself, at most 2592000; never if it is left out or 0. Only for a chat.
             */
            ttl?: number | null;
            worktree?: components["schemas"]["WantedWorktree"] | null;
        };
        /** @description Makes a tenant. */
        CreateTenant: {
            /** @description What to call it, 1 to 100 characters. */
            name: string;
        };
        /** @description Gives the agent a prompt. */
        CreateTurn: {
            /** @description The prompt: a text, or ACP content blocks (text, image, resource, resource link). */
            content: components["schemas"]["PromptContent"];
            /** @description What happens if a turn runs already; `queue` if it is left out. */
            when_busy?: components["schemas"]["WhenBusy"];
        };
        /** @description Makes an account. */
        CreateUser: {
            /** @description The name shown to others; the username if it is left out. */
            display_name?: string | null;
            /**
             * Format: int32
             * @description For how many hours the invitation works, 1 to 168; 72 if it is left out.
             */
            expires_in_hours?: number | null;
            /**
             * @description A person, who is invited by a link, if it is left out; or a service account, which acts with
             *     tokens only.
             */
            kind?: components["schemas"]["UserKind"];
            /** @description What it may do; `user` if it is left out. */
            role?: components["schemas"]["Role"];
            /**
             * Format: int64
             * @description The number of its tenant; one's own if it is left out.
             */
            tenant_id?: number | null;
            /** @description The name used to sign in, 1 to 64 characters. */
            username: string;
        };
        /** @description Makes a secret that signs one's webhooks. */
        CreateWebhookSecret: {
            /**
             * Format: int64
             * @description For how many seconds the one before it goes on signing beside it, at most 604800; a day if
             *     it is left out, 0 if it was found out by somebody.
             */
            previous_signs_s?: number | null;
        };
        /**
         * @description Where a delivery stands.
         * @enum {string}
         */
        DeliveryState: "pending" | "delivered" | "failed" | "refused";
        /** @description Says whether a tenant's people must have a second factor. */
        DemandSecondFactor: {
            /**
             * @description `required`, and whoever has none is signed out and led to setting one up at their next
             *     sign-in; or `optional`.
             */
            demand: components["schemas"]["SecondFactorDemand"];
        };
        /** @description Lines that stand together, some of which differ. */
        DiffHunk: {
            /** @description The part of the file that they are in, as git sees it; may be empty. */
            heading: string;
            /** @description The lines. */
            lines: components["schemas"]["DiffLine"][];
            /**
             * Format: int32
             * @description The number of the first line by now, from one; 0 where there is none.
             */
            new_start: number;
            /**
             * Format: int32
             * @description The number of the first line before, from one; 0 where there was none.
             */
            old_start: number;
        };
        /** @description A line of a file. */
        DiffLine: {
            /** @description Whether the file ends with it and without a line break. */
            is_unended?: boolean;
            /** @description What it is. */
            kind: components["schemas"]["DiffLineKind"];
            /** @description What it says, without its line break. What is not UTF-8 in it is replaced. */
            text: string;
        };
        /**
         * @description What a line of a file is.
         * @enum {string}
         */
        DiffLineKind: "same" | "added" | "removed";
        /** @description A page of what is in a directory. */
        Directory: {
            /** @description In the order of their names, byte by byte. */
            entries: components["schemas"]["FileEntry"][];
            /** @description Ask with this for the next page; absent on the last one. */
            next_cursor?: string | null;
            /** @description The directory, from the workspace down; empty for the workspace itself. */
            path: string;
        };
        /** @description Puts a file back as it was committed. */
        DiscardChange: {
            /** @description Its `old_path` in the list, if it was renamed: it comes back under this name. */
            old_path?: string | null;
            /** @description The file, from the workspace down. */
            path: string;
        };
        /** @description It is done, and there is nothing more to say. */
        Done: {
            /** @description Always true. */
            success: boolean;
        };
        /**
         * @description What happens to the use of a tool.
         * @enum {string}
         */
        Effect: "allow" | "ask" | "deny" | "fail";
        /** @description A file with its text. */
        EmbeddedResource: {
            /** @description For example `text/plain`. */
            mimeType?: string | null;
            /** @description Its text. */
            text: string;
            /** @description Where it came from. */
            uri: string;
        };
        /** @description A job that has ended, as it is told. */
        EndedJob: {
            /** @description The agent. */
            agent_name: string;
            /**
             * Format: int32
             * @description How often it was queued. A job that has failed may be tried again, and ends again.
             */
            attempt: number;
            /** @description When it was submitted. */
            created_at: components["schemas"]["Time"];
            /** @description Why it failed or was cancelled. */
            error?: string | null;
            error_code?: components["schemas"]["JobFailure"] | null;
            finished_at?: components["schemas"]["Time"] | null;
            /** @description Identifier. */
            id: components["schemas"]["JobId"];
            /** @description Where it was done. */
            machine_id: components["schemas"]["MachineId"];
            /** @description What the agent was asked to do, where the webhook includes it. */
            prompt?: string | null;
            /** @description What the agent said last, where the webhook includes it. At most 1 MiB. */
            result?: string | null;
            /** @description Whether `result` is only the beginning. */
            result_is_longer?: boolean;
            session_id?: components["schemas"]["SessionId"] | null;
            started_at?: components["schemas"]["Time"] | null;
            /** @description How it has ended. */
            status: components["schemas"]["JobState"];
        };
        /** Format: uuid */
        EnrolmentId: string;
        /** @description The registration tokens of the tenant. */
        Enrolments: {
            /** @description The newest first. */
            enrolments: components["schemas"]["EnrolmentView"][];
        };
        /**
         * @description What became of a registration token.
         * @enum {string}
         */
        EnrolmentState: "open" | "used" | "revoked" | "expired";
        /** @description A registration token without its secret. */
        EnrolmentView: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description Who made it. */
            created_by: components["schemas"]["UserId"];
            /** @description Identifier. */
            enrolment_id: components["schemas"]["EnrolmentId"];
            /** @description When it stops working. */
            expires_at: components["schemas"]["Time"];
            machine_id?: components["schemas"]["MachineId"] | null;
            /** @description What became of it. */
            state: components["schemas"]["EnrolmentState"];
        };
        /**
         * @description What kind of event it is.
         * @enum {string}
         */
        EventType: "thinking_start" | "thinking_delta" | "thinking_end" | "tool_start" | "tool_input" | "tool_output" | "tool_end" | "output_delta" | "output_final" | "error" | "done";
        /** @description Asks what a policy would do, without starting anything. */
        ExplainPolicy: {
            allowed_tools?: components["schemas"]["ToolList"] | null;
            auth_policy?: components["schemas"]["AuthPolicy"] | null;
            denied_tools?: components["schemas"]["ToolList"] | null;
            /** @description Whether a person can be asked; true if it is left out. */
            interactive?: boolean | null;
            /**
             * Format: int32
             * @description How many prompts the session takes, from 1; without limit if it is left out.
             */
            max_turns?: number | null;
            non_interactive_permissions?: components["schemas"]["NonInteractive"] | null;
            /**
             * @description The starting point: `safe-readonly`, `ask`, `dev-default`, `full-auto`, or a preset that
             *     an administrator has made.
             */
            permission_preset?: string | null;
            permissions?: components["schemas"]["Permissions"] | null;
        };
        /** @description A session written down (`session.export`). */
        ExportedSession: {
            /** @description The text of the file that `GET /api/sessions/export/{session_id}` answers. */
            data: string;
            /** @description As what. */
            format: components["schemas"]["ExportFormat"];
        };
        /** @description A session with its transcript. */
        ExportedTranscript: {
            /** @description Whether a turn or the terminal's program runs. */
            active: boolean;
            /** @description The agent; absent for a plain shell. */
            agent_name?: string | null;
            /** @description Whether it was put away; it is not listed then unless it is asked for. */
            archived: boolean;
            containment?: components["schemas"]["Containment"] | null;
            /** @description What holds it, and what that does not hold. */
            containment_detail?: string | null;
            /** @description When it was ordered. */
            created_at: components["schemas"]["Time"];
            /** @description Why it failed, or how its program ended. */
            detail?: string | null;
            /** @description The same, as the gateway document prints it. */
            id: components["schemas"]["SessionId"];
            imported_at?: components["schemas"]["Time"] | null;
            /** @description Chat or terminal. */
            kind: components["schemas"]["SessionKind"];
            /** @description The same, as the gateway document prints it. */
            last_active: components["schemas"]["Time"];
            /** @description When anything last happened. */
            last_active_at: components["schemas"]["Time"];
            /** @description Where it runs. */
            machine_id: components["schemas"]["MachineId"];
            /** @description The model asked for. */
            model?: string | null;
            /** @description The same, as the gateway document prints it. */
            name: string;
            /** @description Whose it is. */
            owner: components["schemas"]["Owner"];
            paused?: components["schemas"]["PauseView"] | null;
            /** @description The policy preset. */
            permission_preset: string;
            policy?: components["schemas"]["PolicyView"] | null;
            /** @description The directory on the machine. */
            project_path: string;
            /** @description Identifier. */
            session_id: components["schemas"]["SessionId"];
            /** @description Where it stands. */
            status: components["schemas"]["SessionState"];
            /** @description Words by which people find it again, sorted. */
            tags: string[];
            /** @description What people call it. */
            title: string;
            /**
             * Format: int32
             * @description For how many days its transcript is kept on the server after it was last active; absent where
             *     it is on the machine only.
             */
            transcript_kept_days?: number | null;
            /**
             * Format: int64
             * @description After how many seconds without anything happening it ends by itself; absent: never.
             */
            ttl?: number | null;
            /** @description Its transcript, in order. */
            updates: components["schemas"]["UpdateRecord"][];
            usage?: components["schemas"]["UsageTotals"] | null;
            worktree?: components["schemas"]["WorktreeView"] | null;
        };
        /**
         * @description As what a session is written down.
         * @enum {string}
         */
        ExportFormat: "json" | "markdown";
        /** @description Writes a session down (`session.export`). */
        ExportSession: {
            /** @description As what. */
            format?: components["schemas"]["ExportFormat"];
            /** @description Which session. */
            session_id: string;
        };
        /** @description What there is to be seen of a file, judged by its first bytes and not by its name. */
        FileContent: {
            /** @description Whether there is more of it, which only a download shows. */
            is_cut: boolean;
            /** @enum {string} */
            kind: "text";
            /** @description Its beginning, up to 512 KiB. */
            text: string;
        } | {
            /** @enum {string} */
            kind: "image";
            /** @description What kind of image. */
            media_type: string;
        } | {
            /** @enum {string} */
            kind: "binary";
        };
        /** @description What differs in a file from the last commit. */
        FileDiff: {
            /** @description The file. */
            file: components["schemas"]["ChangedFile"];
            /** @description Its lines, as far as they differ, with three of their neighbours; none of what is no text. */
            hunks: components["schemas"]["DiffHunk"][];
            /** @description Whether only the beginning is told: about 512 KiB. */
            is_cut: boolean;
        };
        /** @description Something in a directory. */
        FileEntry: {
            /** @description What it is. */
            kind: components["schemas"]["FileKind"];
            /** @description When it was last changed. */
            modified_at: components["schemas"]["Time"];
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description How large it is; 0 for whatever is no file.
             */
            size_bytes: number;
        };
        /**
         * @description What something in a directory is.
         * @enum {string}
         */
        FileKind: "file" | "directory" | "link" | "other";
        /** @description A file that is to be looked at. */
        FileView: {
            /** @description What there is to be seen. */
            content: components["schemas"]["FileContent"];
            /** @description When it was last changed. */
            modified_at: components["schemas"]["Time"];
            /** @description The file, from the workspace down. */
            path: string;
            /**
             * Format: int64
             * @description How large it is.
             */
            size_bytes: number;
        };
        /** @description A session in which it was found. */
        FoundInSession: {
            /**
             * Format: int64
             * @description How many messages have it.
             */
            count: number;
            /**
             * @description The last messages with it, the last first: 3 of each session, or 50 of the one that was asked
             *     about.
             */
            places: components["schemas"]["FoundPlace"][];
            /** @description The session. */
            session: components["schemas"]["SessionView"];
        };
        /** @description What was found. */
        FoundInSessions: {
            /** @description Ask with this for the sessions before; absent where there are none. */
            next_cursor?: string | null;
            /** @description What could not be looked through, and why. */
            not_searched: components["schemas"]["NotSearched"][];
            /** @description The sessions in which it was found, the last active first. */
            results: components["schemas"]["FoundInSession"][];
            /**
             * Format: int64
             * @description How many transcripts were looked through.
             */
            searched: number;
        };
        /** @description A message in which it was found. */
        FoundPlace: {
            /** @description What stands behind it. */
            after: string;
            /** @description What stands before it. Text of people and agents, on one line and cut; to be shown as text. */
            before: string;
            /** @description When. */
            created_at: components["schemas"]["Time"];
            /** @description What was found, as it is written there. */
            matched: string;
            /** @description What it is: what a person wrote, what the agent said, or the title of a tool call. */
            said: components["schemas"]["Said"];
            /**
             * Format: int64
             * @description The position with which the message begins in the transcript, or one near to it in a long one.
             */
            seq: number;
        };
        /** @description Keeps machines from new work. */
        FreezeMachines: {
            /** @description Why, for people: at most 200 characters. */
            reason?: string | null;
        };
        /** @description Somebody has said that no new work begins. */
        FreezeView: {
            /** @description Since when. */
            at: components["schemas"]["Time"];
            /** @description Who said so. */
            by: components["schemas"]["UserId"];
            /** @description What they are called. */
            by_name: string;
            /** @description Why. */
            reason?: string | null;
        };
        /** @description A code of one's authenticator, or a recovery code. */
        GiveCode: {
            /** @description Six digits, or a recovery code. Blanks do not count. */
            code: string;
        };
        /** @description The server lives. */
        Health: {
            /** @description `ok`. */
            status: string;
            /** @description The server's time. */
            time: components["schemas"]["Time"];
        };
        /** @description What was heard of a machine. */
        Heartbeat: {
            /** @description Whether its link is open at this moment. */
            connected: boolean;
            last_heartbeat?: components["schemas"]["Time"] | null;
            /** @description Which. */
            machine_id: components["schemas"]["MachineId"];
            /** @description What it is called. */
            machine_name: string;
            /** @description Whether it can be worked on. */
            status: components["schemas"]["MachineStatus"];
        };
        /** @description How machines are watched, and what was heard of those that one may see. */
        HeartbeatMonitor: {
            /** @description When this was looked at. */
            checked_at: components["schemas"]["Time"];
            /** @description Each of them, by name. */
            machines: components["schemas"]["Heartbeat"][];
            /** @description How many are not. */
            offline: number;
            /** @description How many are online. */
            online: number;
            /** @description Always true: a server that runs watches. */
            running: boolean;
            /**
             * Format: int64
             * @description After how many seconds without a sign of life a machine counts as offline.
             */
            timeout_s: number;
        };
        /** @description How machines are heard of. */
        HeartbeatStatus: {
            /** @description How they are watched, and what was heard. */
            heartbeat_monitor: components["schemas"]["HeartbeatMonitor"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description Who types. */
        Holder: {
            /** @description The name shown to others. */
            display_name: string;
            /** @description Who. */
            user_id: components["schemas"]["UserId"];
        };
        /**
         * @description How a fresh agent process came by the session.
         * @enum {string}
         */
        HowOpened: "new" | "loaded" | "resumed";
        /** @description One's own identities at providers. */
        Identities: {
            /** @description The oldest first. */
            identities: components["schemas"]["IdentityView"][];
        };
        /** Format: uuid */
        IdentityId: string;
        /** @description That one's account is somebody at a provider. */
        IdentityView: {
            /** @description Since when. */
            created_at: components["schemas"]["Time"];
            /** @description Identifier. */
            identity_id: components["schemas"]["IdentityId"];
            /** @description The provider's name; its issuer if the server does not name it any more. */
            provider: string;
            /** @description Who says what the account may do. */
            role_from: components["schemas"]["RoleFrom"];
            /** @description How one is called there. */
            shown: string;
        };
        /** @description Takes in a session that was written down (`session.import`). */
        ImportSession: {
            /**
             * @description The text of a JSON export: one of ours, or one of the gateway whose document this interface
             *     follows. A whole request has at most 32 MiB, and 6 MiB over JSON-RPC.
             */
            data: string;
            /**
             * @description The same key with the same request makes one session, however often it is sent; the header
             *     `Idempotency-Key` says the same.
             */
            idempotency_key?: string | null;
            /**
             * @description On which machine its transcript is to lie, by identifier or name; the only machine that is
             *     online if it is left out.
             */
            machine_id?: string | null;
            /**
             * @description The directory in which it was held, as it is to be shown; that of the export if it is left
             *     out. Nothing is done in it.
             */
            project_path?: string | null;
        };
        /** @description What a machine knows of one agent. */
        InstalledAgent: {
            /** @description Whether it can ask a person before it acts. */
            asks: boolean;
            /** @description Whether a chat can be started with it. */
            chat: boolean;
            /** @description The command that installs it. */
            install?: string | null;
            /** @description What is missing, as a sentence, if it cannot be used. */
            missing?: string | null;
            /** @description Short name. */
            name: string;
            /** @description Whether its own terminal interface can be started. */
            terminal: boolean;
            /** @description Name for people, such as `Claude Code`. */
            title: string;
            /** @description Version, if it is installed. */
            version?: string | null;
        };
        /** @description A ticket for one WebSocket: `/ws?ticket=…`. */
        IssuedTicket: {
            /**
             * Format: int64
             * @description For how long.
             */
            expires_in_s: number;
            /** @description It works once. */
            ticket: string;
        };
        /** @description An attempt of a job. */
        JobAttemptView: {
            /**
             * Format: int32
             * @description Which one, from 1.
             */
            attempt: number;
            /** @description Why it failed or was cancelled. */
            error?: string | null;
            finished_at?: components["schemas"]["Time"] | null;
            /** @description The session in which it was done. */
            session_id: components["schemas"]["SessionId"];
            /** @description When it was begun. */
            started_at: components["schemas"]["Time"];
            /** @description How it stands, or ended. */
            status: components["schemas"]["JobState"];
            /** @description The turn in which it was done. */
            turn_id: components["schemas"]["TurnId"];
        };
        /** @description A job that is gone. */
        JobDeleted: {
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
        };
        /** @description What is posted to a webhook when a job has ended. */
        JobEnded: {
            /** @description The job as it was then. */
            data: components["schemas"]["EndedJob"];
            /** @description When it ended. */
            timestamp: components["schemas"]["Time"];
            /** @description `job.completed`, `job.failed` or `job.canceled`. */
            type: string;
        };
        /**
         * @description Why a job has failed.
         * @enum {string}
         */
        JobFailure: "machine_offline" | "machine_removed" | "not_allowed" | "not_started" | "turn_failed" | "turn_unknown" | "stopped_early" | "timed_out";
        /** Format: uuid */
        JobId: string;
        /** @description Reads a page of a job's log (`job.logs`). */
        JobLog: {
            /**
             * Format: int64
             * @description Only what comes after this position; 0 if it is left out.
             */
            after?: number;
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
            /**
             * Format: int32
             * @description At most this many lines, 1 to 1000; 200 if it is left out.
             */
            limit?: number | null;
        };
        /** @description A line of a job's log. */
        JobLogEntry: {
            /** @description How much it matters. */
            level: components["schemas"]["LogLevel"];
            /** @description For people. */
            message: string;
            /**
             * Format: int64
             * @description Position in the log, from 1. Where it jumps, lines were dropped.
             */
            seq: number;
            /** @description When it was written. */
            timestamp: components["schemas"]["Time"];
        };
        /** @description A line was added to the log of a job. */
        JobLogged: {
            /** @description The line. */
            entry: components["schemas"]["JobLogEntry"];
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
        };
        /** @description A page of a job's log. */
        JobLogs: {
            /**
             * Format: int64
             * @description The highest position that exists.
             */
            last: number;
            /** @description The oldest first. */
            logs: components["schemas"]["JobLogEntry"][];
        };
        /**
         * @description What became of a job that was to go away.
         * @enum {string}
         */
        JobRemoval: "canceled" | "deleted";
        /** @description Jobs. */
        Jobs: {
            /** @description The newest first. */
            jobs: components["schemas"]["JobSummary"][];
            /** @description Ask with this for the next page; absent on the last one. */
            next_cursor?: string | null;
        };
        /**
         * @description Where a job stands.
         * @enum {string}
         */
        JobState: "queued" | "running" | "completed" | "failed" | "canceled";
        /** @description A job as lists show it. */
        JobSummary: {
            /** @description The agent. */
            agent_name: string;
            /**
             * Format: int32
             * @description How often it was queued.
             */
            attempt: number;
            /** @description When it was submitted. */
            created_at: components["schemas"]["Time"];
            /** @description Why it failed or was cancelled. */
            error?: string | null;
            error_code?: components["schemas"]["JobFailure"] | null;
            finished_at?: components["schemas"]["Time"] | null;
            /** @description Identifier. */
            id: components["schemas"]["JobId"];
            /** @description Whether a person may answer what the agent asks. */
            interactive?: boolean;
            /** @description Where it is done. */
            machine_id: components["schemas"]["MachineId"];
            /**
             * Format: int64
             * @description For how many seconds the machine may be away.
             */
            machine_wait: number;
            /** @description The model asked for. */
            model?: string | null;
            /** @description Whose it is. */
            owner: components["schemas"]["Owner"];
            /**
             * Format: int64
             * @description Jobs with a higher one go first.
             */
            priority: number;
            /** @description The directory asked for. */
            project_path?: string | null;
            /** @description What the agent is asked to do; in lists at most 2000 characters of it. */
            prompt: string;
            /** @description Whether `prompt` is only the beginning. */
            prompt_is_longer?: boolean;
            session_id?: components["schemas"]["SessionId"] | null;
            started_at?: components["schemas"]["Time"] | null;
            /** @description Where it stands. */
            status: components["schemas"]["JobState"];
            /**
             * Format: int64
             * @description How many seconds an attempt may take.
             */
            timeout?: number | null;
            turn_id?: components["schemas"]["TurnId"] | null;
            /** @description What the calls of models of all its attempts used. */
            usage: components["schemas"]["UsageTotals"];
        };
        /** @description A job. */
        JobView: {
            /** @description The agent. */
            agent_name: string;
            /**
             * Format: int32
             * @description How often it was queued.
             */
            attempt: number;
            /** @description The attempts that were begun. */
            attempts?: components["schemas"]["JobAttemptView"][];
            /** @description When it was submitted. */
            created_at: components["schemas"]["Time"];
            /** @description Why it failed or was cancelled. */
            error?: string | null;
            error_code?: components["schemas"]["JobFailure"] | null;
            finished_at?: components["schemas"]["Time"] | null;
            /** @description Identifier. */
            id: components["schemas"]["JobId"];
            /** @description Whether a person may answer what the agent asks. */
            interactive?: boolean;
            /** @description What happened to it, at most the last 1000 lines. */
            logs?: components["schemas"]["JobLogEntry"][];
            /** @description Where it is done. */
            machine_id: components["schemas"]["MachineId"];
            /**
             * Format: int64
             * @description For how many seconds the machine may be away.
             */
            machine_wait: number;
            /** @description The model asked for. */
            model?: string | null;
            /** @description Whose it is. */
            owner: components["schemas"]["Owner"];
            /** @description What it may do without a person, as it was asked for; what that came to is in its session. */
            policy?: components["schemas"]["PolicyOptions"];
            /**
             * Format: int64
             * @description Jobs with a higher one go first.
             */
            priority: number;
            /** @description The directory asked for. */
            project_path?: string | null;
            /** @description What the agent is asked to do; in lists at most 2000 characters of it. */
            prompt: string;
            /** @description Whether `prompt` is only the beginning. */
            prompt_is_longer?: boolean;
            /**
             * @description What the agent said last: after its last tool call, or all of it if it said nothing after
             *     that. At most 1 MiB.
             */
            result?: string | null;
            /** @description Whether `result` is only the beginning. */
            result_is_longer?: boolean;
            session_id?: components["schemas"]["SessionId"] | null;
            started_at?: components["schemas"]["Time"] | null;
            /** @description Where it stands. */
            status: components["schemas"]["JobState"];
            /**
             * Format: int64
             * @description How many seconds an attempt may take.
             */
            timeout?: number | null;
            turn_id?: components["schemas"]["TurnId"] | null;
            /** @description What the calls of models of all its attempts used. */
            usage: components["schemas"]["UsageTotals"];
            webhook?: components["schemas"]["JobWebhookView"] | null;
        };
        /** @description Whom to tell of the end of a job. */
        JobWebhook: {
            /** @description What to tell beside where the job stands; nothing if it is left out. */
            include?: components["schemas"]["WebhookPart"][];
            /**
             * @description Where to post to: `https`, at most 2048 bytes, and on the public internet, unless the
             *     server's configuration trusts the host.
             */
            url: string;
        };
        /** @description The webhook of a job, and what became of it. */
        JobWebhookView: {
            /** @description One for each end of the job, the newest first; at most 10. */
            deliveries?: components["schemas"]["WebhookDeliveryView"][];
            /** @description What it tells beside where the job stands. */
            include?: components["schemas"]["WebhookPart"][];
            /** @description Where it is posted to; for others than the owner of the job without its path. */
            url: string;
        };
        /**
         * @description Whether calls are made with a key.
         * @enum {string}
         */
        KeyState: "active" | "disabled";
        /**
         * @description What came of trying a key out.
         * @enum {string}
         */
        KeyTrial: "works" | "rejected" | "limited" | "unclear" | "unreachable" | "forbidden";
        /** @description A model whose price is known. */
        KnownPrice: {
            /** @description The model. */
            model: string;
            /** @description Whose it is. */
            provider: string;
            /** @description Where it comes from. */
            source: components["schemas"]["PriceSource"];
            /** @description For short prompts; some vendors ask more for long ones. */
            usd_per_million_tokens: components["schemas"]["Rates"];
        };
        /** @description Files that are not in a copy, by why not. */
        LeftOutView: {
            /**
             * Format: int64
             * @description How many there are in all.
             */
            files: number;
            /**
             * Format: int64
             * @description More than the limit of bytes.
             */
            over_bytes: number;
            /**
             * Format: int64
             * @description More than the owner's limit of files.
             */
            over_files: number;
            /**
             * Format: int64
             * @description Keys, passwords and the like.
             */
            secret: number;
            /**
             * Format: int64
             * @description Symbolic links, pipes, sockets and devices.
             */
            special: number;
            /**
             * Format: int64
             * @description Larger than a single file may be.
             */
            too_large: number;
            /**
             * Format: int64
             * @description Those whose names are no text, or hold what nobody can read.
             */
            unnameable: number;
            /**
             * Format: int64
             * @description Those that could not be read, or changed while they were.
             */
            unreadable: number;
        };
        /**
         * @description How much a notice matters.
         * @enum {string}
         */
        Level: "info" | "warning" | "error";
        /** @description Lists jobs (`job.list`). */
        ListJobs: {
            /** @description From the answer before. */
            cursor?: string | null;
            /**
             * Format: int32
             * @description At most this many, 1 to 200; 50 if it is left out.
             */
            limit?: number | null;
            machine_id?: components["schemas"]["MachineId"] | null;
            status?: components["schemas"]["JobState"] | null;
        };
        /** @description Lists sessions (`session.list`). */
        ListSessions: {
            /** @description Those that were put away instead of those that were not. */
            archived?: boolean;
            /** @description From the answer before. */
            cursor?: string | null;
            /**
             * Format: int32
             * @description At most this many, 1 to 200; 50 if it is left out.
             */
            limit?: number | null;
            machine_id?: components["schemas"]["MachineId"] | null;
            /**
             * @description Only those that have each word of this, 16 at the most, somewhere in their name, a tag, their
             *     agent or their directory. Words are parted by blanks; Chinese is found in the middle of text.
             */
            q?: string | null;
            /** @description Only those with this tag. */
            tag?: string | null;
        };
        /** @description A file that a tool call touches. */
        Location: {
            /**
             * Format: int32
             * @description The line, from 1.
             */
            line?: number | null;
            /** @description Where it is. */
            path: string;
        };
        /** Format: uuid */
        LoginId: string;
        /** @description One's own logins. */
        Logins: {
            /** @description The last used first. */
            logins: components["schemas"]["LoginView"][];
        };
        /** @description A browser that is signed in. */
        LoginView: {
            /** @description Since when. */
            created_at: components["schemas"]["Time"];
            /** @description Whether this request came from it. */
            current: boolean;
            /** @description When it ends at the latest. */
            expires_at: components["schemas"]["Time"];
            /** @description When it was last used, to within a minute. */
            last_used_at: components["schemas"]["Time"];
            /** @description Identifier. */
            login_id: components["schemas"]["LoginId"];
            /** @description The browser as it named itself. */
            user_agent: string;
        };
        /**
         * @description How much a line of a job's log matters.
         * @enum {string}
         */
        LogLevel: "info" | "warn" | "error";
        /** @description Somebody who was given a right, and on which machine. */
        MachineAssignmentView: {
            /** @description The name shown to others. */
            display_name: string;
            /** @description When. */
            granted_at: components["schemas"]["Time"];
            /** @description By whom. */
            granted_by: components["schemas"]["UserId"];
            /** @description The machine. */
            machine_id: components["schemas"]["MachineId"];
            /** @description What it is called. */
            machine_name: string;
            /**
             * Format: int64
             * @description The same account, by its number.
             */
            number: number;
            /** @description What. */
            permission: components["schemas"]["AssignmentLevel"];
            /** @description Whom. */
            user_id: components["schemas"]["UserId"];
            /** @description The name used to sign in. */
            username: string;
        };
        /** @description What is run on a machine to look after its daemon. */
        MachineCommands: {
            /** @description The lines. */
            commands: components["schemas"]["CommandLines"];
            /** @description Which machine. */
            machine_id: components["schemas"]["MachineId"];
            /** @description For which system they are: `linux`, `macos` or `windows`. */
            os_type: string;
            /** @description Always true. */
            success: boolean;
        };
        /** @description A machine that is gone. */
        MachineDeleted: {
            /** @description Which machine. */
            machine_id: components["schemas"]["MachineId"];
        };
        /** @description How a machine fares, as it said with its last sign of life, which it gives twice a minute. */
        MachineHealthView: {
            /** @description When it was heard. */
            at: components["schemas"]["Time"];
            carrier?: components["schemas"]["Carrier"] | null;
            /**
             * Format: int64
             * @description Free space where the daemon's directory lies, in bytes; absent where the machine does not
             *     say.
             */
            free_disk_bytes?: number | null;
            /**
             * Format: int64
             * @description Memory that programs can still get, in bytes; absent where the machine does not say.
             */
            free_memory_bytes?: number | null;
            /**
             * Format: int64
             * @description How long the way over the link and back took when it was measured last, in milliseconds;
             *     absent until it was.
             */
            latency_ms?: number | null;
            /**
             * Format: double
             * @description Load average over one minute.
             */
            load_average: number;
            /**
             * Format: int32
             * @description Sessions that go on there.
             */
            running_sessions: number;
        };
        /** Format: uuid */
        MachineId: string;
        /** @description Machines. */
        Machines: {
            /** @description By name. */
            machines: components["schemas"]["MachineView"][];
            /** @description Always true. */
            success?: boolean;
            user_role?: components["schemas"]["Role"] | null;
        };
        /** @description The sessions of a machine. */
        MachineSessions: {
            /** @description Those that one may see, the last active first. */
            sessions: components["schemas"]["SessionView"][];
            /** @description Always true. */
            success: boolean;
        };
        /** @description The machines as they are now. Follows [`SessionSnapshot`]. */
        MachineSnapshot: {
            /** @description Machines that the user may see. */
            machines: components["schemas"]["MachineView"][];
        };
        /**
         * @description Whether a machine can be worked on.
         * @enum {string}
         */
        MachineStatus: "online" | "offline";
        /** @description An enrolled machine. */
        MachineView: {
            /** @description Release of its daemon. */
            agent_version: string;
            /** @description Agents that are known there, found or missing. */
            agents: components["schemas"]["InstalledAgent"][];
            all_frozen?: components["schemas"]["FreezeView"] | null;
            /** @description For example `x86_64`. */
            arch: string;
            /** @description What it can do. */
            capabilities: components["schemas"]["Capabilities"];
            closed?: components["schemas"]["ClosureView"] | null;
            /** @description Whether its link is open at this moment. */
            connected: boolean;
            /** @description When it was enrolled. */
            enrolled_at: components["schemas"]["Time"];
            frozen?: components["schemas"]["FreezeView"] | null;
            health?: components["schemas"]["MachineHealthView"] | null;
            /** @description Host name. */
            hostname: string;
            key_goes_since?: components["schemas"]["Time"] | null;
            /** @description Since when it has the key with which it proves who it is. */
            key_since: components["schemas"]["Time"];
            /** @description What people have said about it, sorted. */
            labels: string[];
            last_seen_at?: components["schemas"]["Time"] | null;
            /** @description Identifier. */
            machine_id: components["schemas"]["MachineId"];
            /** @description Display name. */
            machine_name: string;
            /** @description `linux`, `macos` or `windows`. */
            os_type: string;
            /** @description For example `Debian GNU/Linux 12`. */
            os_version: string;
            /** @description Whether it can be worked on. */
            status: components["schemas"]["MachineStatus"];
            /** @description Directories in which sessions may run. */
            workspaces: string[];
        };
        /** @description What an authenticator has made. */
        MadePasskey: {
            /** @description `attestationObject`. */
            attestation: string;
            /** @description `clientDataJSON`. */
            client_data: string;
            /** @description Which credential: `rawId`. */
            credential: string;
            /** @description What `getTransports()` says. */
            transports?: string[];
        };
        /** @description A piece of what the agent says or thinks. */
        MessageChunk: {
            /** @description The piece. */
            content: components["schemas"]["Content"];
            /** @description Pieces with the same id belong together. */
            message_id: string;
        };
        /**
         * @description What happens to a question that nobody can be asked.
         * @enum {string}
         */
        NonInteractive: "deny" | "fail";
        /** @description Something that people should know. */
        Notice: {
            /** @description What it is about. */
            code: components["schemas"]["NoticeCode"];
            /** @description More, such as the last lines of what a program complained. */
            detail?: string | null;
            /** @description How much it matters. */
            level: components["schemas"]["Level"];
            /** @description One sentence. */
            text: string;
            turn_id?: components["schemas"]["TurnId"] | null;
        };
        /**
         * @description What a notice is about; the console has its own words for each.
         * @enum {string}
         */
        NoticeCode: "agent_exited" | "agent_start_failed" | "agent_unresponsive" | "agent_error" | "agent_notice" | "login_required" | "context_resumed" | "context_lost" | "context_compacted" | "agent_does_not_ask" | "mode_not_set" | "mode_reset" | "model_not_set" | "option_not_set" | "stop_reason" | "empty_turn" | "permission_unanswerable" | "too_much_open" | "daemon_restarted" | "transcript_full";
        /**
         * @description What a channel can tell of.
         * @enum {string}
         */
        NoticeEvent: "question" | "budget" | "turn_ended" | "session_failed" | "machine_offline";
        /**
         * @description The language of what is told.
         * @enum {string}
         */
        NoticeLanguage: "en" | "zh";
        /** @description What is posted to a channel of the kind `generic`, signed as webhooks of jobs are. */
        NoticeTold: {
            /** @description What has happened, and where. */
            data: components["schemas"]["ToldMatter"];
            /** @description When the first of what it tells has happened. */
            timestamp: components["schemas"]["Time"];
            /**
             * @description `notice.question`, `notice.budget`, `notice.turn_ended`, `notice.session_failed`,
             *     `notice.machine_offline` or `notice.test`.
             */
            type: string;
        };
        /** @description Every notification, by method. */
        Notification: {
            /** @enum {string} */
            method: "connected";
            /** @description The connection is up. */
            params: components["schemas"]["Connected"];
        } | {
            /** @enum {string} */
            method: "session.snapshot";
            /** @description The sessions, as they are. */
            params: components["schemas"]["SessionSnapshot"];
        } | {
            /** @enum {string} */
            method: "machine.snapshot";
            /** @description The machines, as they are. */
            params: components["schemas"]["MachineSnapshot"];
        } | {
            /** @enum {string} */
            method: "budget.snapshot";
            /** @description The sessions that wait for a larger budget. */
            params: components["schemas"]["BudgetRequests"];
        } | {
            /** @enum {string} */
            method: "permission.snapshot";
            /** @description The open questions, as they are. */
            params: components["schemas"]["PermissionSnapshot"];
        } | {
            /** @enum {string} */
            method: "machine.updated";
            /** @description A machine is new or has changed. */
            params: components["schemas"]["MachineView"];
        } | {
            /** @enum {string} */
            method: "machine.deleted";
            /** @description A machine is gone. */
            params: components["schemas"]["MachineDeleted"];
        } | {
            /** @enum {string} */
            method: "session.updated";
            /** @description A session is new or has changed. */
            params: components["schemas"]["SessionView"];
        } | {
            /** @enum {string} */
            method: "session.deleted";
            /** @description A session is gone. */
            params: components["schemas"]["SessionDeleted"];
        } | {
            /** @enum {string} */
            method: "session.usage";
            /** @description What a session has used has changed. */
            params: components["schemas"]["SessionUsage"];
        } | {
            /** @enum {string} */
            method: "session.presence";
            /** @description Somebody began or ceased to look at a session. */
            params: components["schemas"]["SessionPresence"];
        } | {
            /** @enum {string} */
            method: "session.activity";
            /** @description Something has happened in a session. */
            params: components["schemas"]["SessionActivity"];
        } | {
            /** @enum {string} */
            method: "stream";
            /** @description A piece of an answer that was asked for. */
            params: components["schemas"]["StreamPiece"];
        } | {
            /** @enum {string} */
            method: "event";
            /** @description Something that happens in a turn. */
            params: components["schemas"]["TurnEvent"];
        } | {
            /** @enum {string} */
            method: "turn.updated";
            /** @description A turn is new or has changed. */
            params: components["schemas"]["TurnView"];
        } | {
            /** @enum {string} */
            method: "permission.updated";
            /** @description A question is new or has changed. */
            params: components["schemas"]["PermissionView"];
        } | {
            /** @enum {string} */
            method: "budget.updated";
            /** @description A session waits for a larger budget, or has its answer. */
            params: components["schemas"]["BudgetRequestView"];
        } | {
            /** @enum {string} */
            method: "job.updated";
            /** @description A job is new or has changed. */
            params: components["schemas"]["JobSummary"];
        } | {
            /** @enum {string} */
            method: "job.deleted";
            /** @description A job is gone. */
            params: components["schemas"]["JobDeleted"];
        } | {
            /** @enum {string} */
            method: "job.log";
            /** @description A line was added to the log of a job. */
            params: components["schemas"]["JobLogged"];
        } | {
            /** @enum {string} */
            method: "rule.updated";
            /** @description A rule was given, once and for all or for a session. */
            params: components["schemas"]["RuleView"];
        } | {
            /** @enum {string} */
            method: "rule.deleted";
            /** @description A rule was taken back. */
            params: components["schemas"]["RuleDeleted"];
        } | {
            /** @enum {string} */
            method: "session.updates";
            /** @description Records of a subscribed chat. */
            params: components["schemas"]["SessionUpdates"];
        } | {
            /** @enum {string} */
            method: "session.stream";
            /** @description Whether records of a subscribed chat flow. */
            params: components["schemas"]["SessionStream"];
        } | {
            /** @enum {string} */
            method: "closing";
            /** @description The server is about to close the connection. */
            params: components["schemas"]["Closing"];
        };
        /** @description Transcripts that were not looked through. */
        NotSearched: {
            /** @description The machine that holds them. */
            machine_id: components["schemas"]["MachineId"];
            /** @description What it is called; absent for whoever may not see the machine. */
            machine_name?: string | null;
            /** @description Why not. */
            reason: components["schemas"]["WhyNotSearched"];
            /**
             * Format: int64
             * @description How many they are.
             */
            sessions: number;
        };
        /** @description What one's authenticator is to take over. The only time that it is shown. */
        OfferedSecondFactor: {
            /** @description The secret, for typing: base 32. */
            secret: string;
            /** @description The same for a picture: `otpauth://totp/…`. */
            uri: string;
        };
        /** @description Which release of its program a machine is offered. */
        OfferedUpdate: {
            /** @description A newer one that its server has for it; the machine verifies who has signed it. */
            newer?: string | null;
            /** @description Which one it runs. */
            running: string;
        };
        /** @description Names a job (`job.get`, `job.cancel`, `job.retry`, `job.delete`). */
        OfJob: {
            /** @description Which job. */
            job_id: components["schemas"]["JobId"];
        };
        /** @description Names a session (`session.get`, `session.delete`, `session.archive`, `session.unarchive`). */
        OfSession: {
            /** @description Its identifier, or the name of an open session of one's own. */
            session_id: string;
        };
        /** @description One session's call for more. */
        OneBudgetRequest: {
            /** @description The call for more. */
            request: components["schemas"]["BudgetRequestView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One machine. */
        OneMachine: {
            current_user_permission?: components["schemas"]["AssignmentLevel"] | null;
            /** @description The machine. */
            machine: components["schemas"]["MachineView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One question. */
        OnePermission: {
            /** @description The question. */
            permission: components["schemas"]["PermissionView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One starting point. */
        OnePreset: {
            /** @description The preset. */
            preset: components["schemas"]["PresetView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One price. */
        OnePrice: {
            /** @description The price. */
            price: components["schemas"]["PriceView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One key. */
        OneProviderKey: {
            /** @description The key. */
            key: components["schemas"]["ProviderKeyView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One quota. */
        OneQuota: {
            /** @description The quota. */
            quota: components["schemas"]["QuotaView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One rule. */
        OneRule: {
            /** @description The rule. */
            rule: components["schemas"]["RuleView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One session. */
        OneSession: {
            /** @description The session. */
            session: components["schemas"]["SessionView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description A session was lent. */
        OneShare: {
            /** @description To whom, and what. */
            share: components["schemas"]["ShareView"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description One tenant. */
        OneTenant: {
            /** @description Always true. */
            success: boolean;
            /** @description The tenant. */
            tenant: components["schemas"]["TenantView"];
        };
        /** @description One turn. */
        OneTurn: {
            /** @description Always true. */
            success: boolean;
            /** @description The turn. */
            turn: components["schemas"]["TurnView"];
        };
        /** @description One account. */
        OneUser: {
            /** @description Always true. */
            success: boolean;
            /** @description The account. */
            user: components["schemas"]["AccountView"];
        };
        /** @description The agent's options. */
        Options: {
            /** @description All of them. */
            options: components["schemas"]["SessionOption"][];
        };
        /** @description The value of an option. */
        OptionValue: boolean | string;
        /**
         * @description Where a part of a policy comes from.
         * @enum {string}
         */
        Origin: "asked" | "preset" | "default";
        /** @description Where each part comes from. */
        Origins: {
            /** @description The tools, before the denied ones are taken away: `asked` or `preset`. */
            allowed_tools: components["schemas"]["Origin"];
            /** @description What happens to logins. */
            auth_policy: components["schemas"]["Origin"];
            /** @description The denied tools. */
            denied_tools: components["schemas"]["Origin"];
            /** @description The limit of turns. */
            max_turns: components["schemas"]["Origin"];
            /** @description What happens to questions that nobody can be asked. */
            non_interactive_permissions: components["schemas"]["Origin"];
            /** @description The preset: `asked` or `default`. */
            permission_preset: components["schemas"]["Origin"];
            /** @description The mode: `asked` or `preset`. */
            permissions: components["schemas"]["Origin"];
        };
        /** @description What happens to a tool that nobody knows. */
        OtherEffect: {
            /** @description What happens. */
            effect: components["schemas"]["Effect"];
            /** @description Why. */
            reason: string;
        };
        /** @description A session that was begun outside of us. */
        OutsideSession: {
            /** @description The agent. */
            agent_name: string;
            /** @description When it was last changed, by the machine's clock. */
            changed_at: components["schemas"]["Time"];
            /** @description Whether a session here goes on with it already. */
            continued: boolean;
            continued_in?: components["schemas"]["SessionId"] | null;
            /** @description The agent's name for it: with this as `continues`, and the agent, a chat goes on with it. */
            id: string;
            /**
             * @description Whether it was changed so lately that somebody may have it open. What is said there from now on
             *     is not known here.
             */
            may_be_open: boolean;
            /** @description The directory in which it works. */
            project_path: string;
            /**
             * Format: int32
             * @description How many prompts there are; absent where that is not known.
             */
            prompts?: number | null;
            /**
             * Format: int64
             * @description How much the agent keeps of it, in bytes.
             */
            size_bytes: number;
            /** @description What it is called, or what was asked first, on one line. */
            title: string;
        };
        /** @description Sessions that were begun on a machine outside of us. */
        OutsideSessions: {
            /** @description Whether there are more than these. */
            has_more: boolean;
            /** @description Those in workspaces of the machine, the last changed one first. */
            sessions: components["schemas"]["OutsideSession"][];
            /**
             * Format: int32
             * @description How many files of agents could not be read, or hold something else.
             */
            unreadable: number;
        };
        /** @description Whose a session is. */
        Owner: {
            /** @description The name shown to others. */
            display_name: string;
            /** @description Identifier. */
            user_id: components["schemas"]["UserId"];
        };
        /**
         * @description A part of a policy, as it is spelled in options.
         * @enum {string}
         */
        Part: "permission_preset" | "permissions" | "allowed_tools" | "denied_tools" | "auth_policy" | "non_interactive_permissions" | "max_turns";
        /** @description Why a part of a policy is as it is. */
        PartReason: {
            /** @description Where it comes from. */
            origin: components["schemas"]["Origin"];
            /** @description Which part. */
            part: components["schemas"]["Part"];
            /** @description The same in words. */
            reason: string;
        };
        /** Format: uuid */
        PasskeyId: string;
        /** @description One's own passkeys. */
        Passkeys: {
            /** @description The domain for which passkeys are made and used here; absent where browsers know none. */
            domain?: string | null;
            /** @description Where passkeys can be used instead, if anywhere. */
            instead?: string | null;
            /** @description The oldest first. */
            passkeys: components["schemas"]["PasskeyView"][];
            /** @description Why there is no domain: `passkeys_need_a_name`, `passkeys_need_https` or `passkeys_elsewhere`. */
            problem?: string | null;
        };
        /** @description A passkey. */
        PasskeyView: {
            /** @description Since when it counts. */
            created_at: components["schemas"]["Time"];
            /** @description The domain that it is for; it signs for no other. */
            domain: string;
            last_used_at?: components["schemas"]["Time"] | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description Identifier. */
            passkey_id: components["schemas"]["PasskeyId"];
        };
        /** @description A link with which a person chooses a password, once. The only time that it is shown. */
        PasswordLink: {
            /** @description When it stops working. */
            expires_at: components["schemas"]["Time"];
            /** @description Where to open it. Its secret is behind the `#`, which no browser sends. */
            link: string;
        };
        /** @description That a session is to stand still. */
        PauseView: {
            /** @description Since when. */
            at: components["schemas"]["Time"];
            /** @description Who said so. */
            by: components["schemas"]["Owner"];
        };
        /**
         * @description What a person can answer.
         * @enum {string}
         */
        PermissionAnswer: "allow_once" | "allow_session" | "deny";
        /**
         * @description What a person is asked about. Its JSON travels to the server; an answer is bound to the
         *     SHA-256 of that JSON (S30).
         */
        PermissionDetails: {
            always?: components["schemas"]["RuleOffer"] | null;
            /** @description The rule that made it a question, for people. */
            reason: string;
            /**
             * @description SHA-256 of the agent's request as it came, in hexadecimal. It binds the answer even to
             *     what had to be cut from `tool_call`.
             */
            request_digest: string;
            /** @description The tool, as policies name it. */
            tool: string;
            /** @description The tool call with everything that is known of it. */
            tool_call: components["schemas"]["ToolCall"];
        };
        /** Format: uuid */
        PermissionRequestId: string;
        /**
         * @description What happens to a tool call that is not forbidden.
         * @enum {string}
         */
        Permissions: "approve-all" | "approve-reads" | "deny-all";
        /**
         * @description The open questions as they are now. Follows [`MachineSnapshot`] and the sessions that wait for a
         *     larger budget; with it everything that is
         *     listed was told.
         */
        PermissionSnapshot: {
            /** @description Open questions. */
            permissions: components["schemas"]["PermissionView"][];
        };
        /**
         * @description Where a permission request stands.
         * @enum {string}
         */
        PermissionState: "pending" | "answered" | "delivered" | "resolved" | "withdrawn";
        /**
         * @description A question to a person has been asked, answered or withdrawn. An upsert by `request_id`: the
         *     first one says what is asked, the last one how it ended.
         */
        PermissionUpdate: {
            answer?: components["schemas"]["PermissionAnswer"] | null;
            /** @description Who answered. */
            by?: string | null;
            /** @description SHA-256 of the details, in hexadecimal; an answer names it. */
            digest?: string | null;
            /** @description What was added to a denial. */
            note?: string | null;
            /** @description The rule that made it a question, for people. */
            reason?: string | null;
            /** @description Which question. */
            request_id: components["schemas"]["PermissionRequestId"];
            rule?: components["schemas"]["SessionRule"] | null;
            /** @description Where it stands: `pending`, `resolved` or `withdrawn`. */
            state: components["schemas"]["PermissionState"];
            /** @description One line for people; control characters are made visible. */
            title?: string | null;
            /** @description The tool, as policies name it. */
            tool?: string | null;
            /** @description The tool call that waits. */
            tool_call_id?: string | null;
            turn_id?: components["schemas"]["TurnId"] | null;
        };
        /** @description A question. */
        PermissionView: {
            answer?: components["schemas"]["PermissionAnswer"] | null;
            answered_at?: components["schemas"]["Time"] | null;
            answered_by?: components["schemas"]["UserId"] | null;
            /** @description When it was asked. */
            asked_at: components["schemas"]["Time"];
            /** @description The tool call, whole: what is shown is what the agent will do. */
            details: components["schemas"]["PermissionDetails"];
            /** @description SHA-256 of the details, in hexadecimal; give it back with the answer. */
            digest: string;
            /** @description The machine on which it would happen. */
            machine_id: components["schemas"]["MachineId"];
            /** @description What the person added to a denial. */
            note?: string | null;
            /** @description Identifier. */
            request_id: components["schemas"]["PermissionRequestId"];
            /** @description The session that asks. */
            session_id: components["schemas"]["SessionId"];
            /** @description Where it stands. */
            state: components["schemas"]["PermissionState"];
            /** @description One line for people. */
            title: string;
            turn_id?: components["schemas"]["TurnId"] | null;
        };
        /** @description The agent's plan. */
        Plan: {
            /** @description The steps, in order. */
            entries: components["schemas"]["PlanEntry"][];
        };
        /** @description One step of a plan. */
        PlanEntry: {
            /** @description What is to be done. */
            content: string;
            /** @description `high`, `medium` or `low`, as the agent says it. */
            priority?: string | null;
            /** @description `pending`, `in_progress` or `completed`, as the agent says it. */
            status?: string | null;
        };
        /** @description The policy, or an earlier answer for the session, has decided without a person. */
        PolicyDecision: {
            /** @description Whether it was allowed. */
            allowed: boolean;
            /** @description SHA-256 of the details, in hexadecimal. */
            digest: string;
            /** @description The rule that decided, for people. */
            reason: string;
            rule_id?: components["schemas"]["PolicyRuleId"] | null;
            /** @description One line for people; control characters are made visible. */
            title: string;
            /** @description The tool, as policies name it. */
            tool: string;
            /** @description The tool call. */
            tool_call_id: string;
        };
        /** @description A policy with what it does. */
        PolicyExplained: {
            /** @description What happens to a tool that nobody knows. */
            other_tools: components["schemas"]["OtherEffect"];
            /** @description The policy, resolved. */
            policy: components["schemas"]["PolicyView"];
            /** @description Why each part is as it is, in the order in which they are resolved. */
            reasons: components["schemas"]["PartReason"][];
            /** @description What happens to each of the twelve tools. */
            tools: components["schemas"]["ToolEffect"][];
            /** @description What whoever asked should know, in words. */
            warnings: string[];
        };
        /**
         * @description The six dimensions and the number of turns, as asked for. A part that is absent or `null`
         *     follows the preset; it never widens anything.
         *
         *     Resolved in this order: `permission_preset`, then `permissions`, then `allowed_tools`, then
         *     `denied_tools`, which win over everything that allows. The other parts stand for themselves.
         */
        PolicyOptions: {
            allowed_tools?: components["schemas"]["ToolList"] | null;
            auth_policy?: components["schemas"]["AuthPolicy"] | null;
            denied_tools?: components["schemas"]["ToolList"] | null;
            /**
             * Format: int32
             * @description How many prompts the session takes, from 1; without limit if it is left out.
             */
            max_turns?: number | null;
            non_interactive_permissions?: components["schemas"]["NonInteractive"] | null;
            /**
             * @description The starting point: `safe-readonly`, `ask`, `dev-default`, `full-auto`, or a preset that
             *     an administrator has made.
             */
            permission_preset?: string | null;
            permissions?: components["schemas"]["Permissions"] | null;
        };
        /** Format: uuid */
        PolicyRuleId: string;
        /** @description A policy, resolved. */
        PolicyView: {
            /** @description The tools that may be used, after the denied ones were taken away. */
            allowed_tools: components["schemas"]["Tool"][];
            /** @description What happens when the agent insists on a login that cannot be done. */
            auth_policy: components["schemas"]["AuthPolicy"];
            /** @description The tools that were taken away. */
            denied_tools: components["schemas"]["Tool"][];
            /** @description Whether a person can be asked. */
            interactive: boolean;
            /**
             * Format: int32
             * @description How many prompts the session takes; without limit if there is none.
             */
            max_turns?: number | null;
            /** @description What happens to a question that nobody can be asked. */
            non_interactive_permissions: components["schemas"]["NonInteractive"];
            /** @description Where each part comes from. */
            origins: components["schemas"]["Origins"];
            /** @description Whether tools that nobody knows may be used as well. */
            other_tools: boolean;
            /** @description The preset it started from. */
            permission_preset: string;
            /** @description What happens to a call that is not forbidden. */
            permissions: components["schemas"]["Permissions"];
            /** @description What whoever asked for it should know. */
            warnings: components["schemas"]["Warning"][];
        };
        /** @description Somebody who has a session open. */
        PresentView: {
            /** @description The name shown to others. */
            display_name: string;
            /** @description Since when, without a break. */
            since: components["schemas"]["Time"];
            /** @description Who. */
            user_id: components["schemas"]["UserId"];
        };
        /** @description Starting points of policies. */
        Presets: {
            /** @description Ours first, then those of the tenant by name. */
            presets: components["schemas"]["PresetView"][];
        };
        /** @description A starting point of policies. */
        PresetView: {
            /** @description Whether it is one of ours, which nobody changes. */
            built_in: boolean;
            changed_at?: components["schemas"]["Time"] | null;
            changed_by?: components["schemas"]["UserId"] | null;
            /** @description What it is for. */
            description: string;
            /** @description Its name, for `permission_preset`. */
            name: string;
            options?: components["schemas"]["PolicyOptions"] | null;
            /** @description What it resolves to. */
            policy: components["schemas"]["PolicyView"];
        };
        /** Format: uuid */
        PriceId: string;
        /** @description The price that holds for a model. */
        PriceInForce: {
            /** @description Where it comes from. */
            source: components["schemas"]["PriceSource"];
            /** @description For short prompts; some vendors ask more for long ones. */
            usd_per_million_tokens: components["schemas"]["Rates"];
        };
        /** @description What models cost. */
        Prices: {
            /** @description What a model is taken to cost that nobody knows the price of. */
            assumed: components["schemas"]["Rates"];
            /** @description The models of the table that were searched for, by provider and name. */
            found: components["schemas"]["KnownPrice"][];
            /** @description Whether there are more of them than the 50 that are listed. */
            has_more_found: boolean;
            in_force?: components["schemas"]["PriceInForce"] | null;
            /** @description What administrators have set, by provider and model. */
            prices: components["schemas"]["PriceView"][];
            /** @description How many models are in it. */
            table_models: number;
            /** @description The day of the table of list prices that this release carries. */
            table_version: string;
            /** @description Models for which that was done within the last 30 days: set their prices. */
            unknown: components["schemas"]["UnknownPrice"][];
        };
        /**
         * @description Where a price comes from.
         * @enum {string}
         */
        PriceSource: "table" | "override" | "assumed";
        /** @description A price that an administrator has set. */
        PriceView: {
            /** @description When. */
            changed_at: components["schemas"]["Time"];
            /** @description Who set it. */
            changed_by: components["schemas"]["UserId"];
            /** @description The model, or `*`. */
            model: string;
            /** @description Identifier. */
            price_id: components["schemas"]["PriceId"];
            /** @description Whose model it is. */
            provider: string;
            /** @description The price. */
            usd_per_million_tokens: components["schemas"]["Rates"];
        };
        /** @description What was wrong. */
        Problem: {
            /** @description A stable word for programs, such as `machine_offline`. */
            code: string;
            /** @description What was wrong this time, for people. */
            detail: string;
            /** @description The same as `detail`. */
            error: string;
            /** @description What to do about it, for people. */
            hint?: string | null;
            /** @description By which the server's log can be searched, where the cause is not told. */
            request_id?: string | null;
            session_status?: components["schemas"]["RemoteStatus"] | null;
            /**
             * Format: int32
             * @description The HTTP status code.
             */
            status: number;
            /** @description Always false, where `session_status` is there. */
            success?: boolean | null;
            /** @description A short name of the kind of problem, the same for every occurrence. */
            title: string;
        };
        /** @description What a prompt may contain besides text and links. */
        PromptAbilities: {
            /** @description Sound. */
            audio: boolean;
            /** @description Files as part of the prompt. */
            embedded_context: boolean;
            /** @description Images. */
            image: boolean;
        };
        /** @description A prompt. */
        PromptContent: string | components["schemas"]["ContentBlock"][];
        /** Format: uuid */
        ProviderKeyId: string;
        /** @description The keys of the tenant. */
        ProviderKeys: {
            /** @description By provider, in the order in which they are used. */
            keys: components["schemas"]["ProviderKeyView"][];
        };
        /** @description What came of trying a key out, and when. */
        ProviderKeyTrial: {
            /** @description When it was tried. */
            at: components["schemas"]["Time"];
            /** @description What came of it. */
            result: components["schemas"]["KeyTrial"];
        };
        /** @description A key without its secret. */
        ProviderKeyView: {
            /** @description Further names under which clients may ask for a model, each with the provider's name. */
            aliases: {
                [key: string]: string;
            };
            /** @description Where calls go. */
            base_url: string;
            /** @description When it was stored. */
            created_at: components["schemas"]["Time"];
            /** @description Its last characters, for recognition; may be empty. */
            hint: string;
            /** @description Identifier. */
            id: components["schemas"]["ProviderKeyId"];
            /** @description What it is called. */
            key_name: string;
            last_test?: components["schemas"]["ProviderKeyTrial"] | null;
            /** @description The models that it serves; `null` for all. */
            models?: string[] | null;
            /**
             * Format: int64
             * @description Keys with a higher one are used before those with a lower one.
             */
            priority: number;
            /** @description Whose secret it is. */
            provider: string;
            /** @description When its secret was set. */
            secret_set_at: components["schemas"]["Time"];
            /** @description Whether it is used. */
            state: components["schemas"]["KeyState"];
            /**
             * Format: int32
             * @description The share of sessions among keys of the same priority.
             */
            weight: number;
        };
        /** @description What a browser is told, encrypted for it alone. */
        PushedNotice: {
            /** @description One sentence. */
            body: string;
            /** @description The language of the sentence. */
            language: components["schemas"]["NoticeLanguage"];
            /** @description The page of the console on which one can see to it: its path. */
            path: string;
            /** @description Kind and place: of what has the same tag only the newest is shown. */
            tag: string;
        };
        /**
         * @description Tells the person who is signed in what waits for them in this browser, or at its new address. What
         *     it says is sealed and never shown again.
         */
        PutBrowser: {
            /** @description What the browser shares with whoever may write to it: 16 bytes, in base64url. */
            auth: string;
            /** @description The address at the browser's push service: `https`, at most 2048 bytes, on the public internet. */
            endpoint: string;
            language?: components["schemas"]["NoticeLanguage"] | null;
            /** @description What to call it, 1 to 60 characters. Left out only by a browser that is told already. */
            name?: string | null;
            /** @description The browser's public key, in base64url. */
            p256dh: string;
        };
        /** @description Makes a preset, or replaces the one of that name. */
        PutPreset: {
            allowed_tools?: components["schemas"]["ToolList"] | null;
            auth_policy?: components["schemas"]["AuthPolicy"] | null;
            denied_tools?: components["schemas"]["ToolList"] | null;
            /** @description What it is for, at most 200 characters. */
            description?: string;
            /**
             * Format: int32
             * @description How many prompts the session takes, from 1; without limit if it is left out.
             */
            max_turns?: number | null;
            non_interactive_permissions?: components["schemas"]["NonInteractive"] | null;
            /**
             * @description The starting point: `safe-readonly`, `ask`, `dev-default`, `full-auto`, or a preset that
             *     an administrator has made.
             */
            permission_preset?: string | null;
            permissions?: components["schemas"]["Permissions"] | null;
        };
        /** @description Says what a model costs, or changes that. */
        PutPrice: {
            /**
             * @description The model exactly as agents ask for it; `*` for every model of the provider that the table
             *     does not know, such as those of a server of one's own.
             */
            model: string;
            /** @description Whose model it is, as in its key. */
            provider: string;
            /** @description The price. */
            usd_per_million_tokens: components["schemas"]["Rates"];
        };
        /** @description Sets a quota, or changes the limit of the one for the same subject, measure and period. */
        PutQuota: {
            /**
             * @description What becomes of a call that it stops: it waits while its session asks for more, or it is
             *     refused at once.
             */
            at_stop?: components["schemas"]["AtStop"];
            /**
             * Format: double
             * @description How much: tokens, calls, or US dollars. 0 allows nothing.
             */
            limit: number;
            /** @description What it counts. */
            measure: components["schemas"]["QuotaMeasure"];
            /**
             * @description One of them: the identifier of a user, machine or session, or a model as agents ask for it.
             *     If it is left out, each of them has an allowance of its own. A tenant needs none.
             */
            of?: string | null;
            /** @description After which time it is whole again; days and months are those of UTC. */
            period: components["schemas"]["QuotaPeriod"];
            /** @description Whose use it limits. */
            subject: components["schemas"]["QuotaSubject"];
        };
        /** @description Which turns wait. */
        Queue: {
            /** @description The waiting turns, the next one first. */
            turn_ids: components["schemas"]["TurnId"][];
        };
        /** Format: uuid */
        QuotaId: string;
        /**
         * @description What a quota counts.
         * @enum {string}
         */
        QuotaMeasure: "tokens" | "requests" | "cost";
        /**
         * @description The time after which a quota is whole again. Days and months are those of UTC.
         * @enum {string}
         */
        QuotaPeriod: "day" | "month" | "total";
        /** @description The quotas of the tenant. */
        Quotas: {
            /** @description By subject. */
            quotas: components["schemas"]["QuotaView"][];
        };
        /** @description How far a quota is used up. */
        QuotaStatus: {
            /**
             * Format: double
             * @description How much of that was granted above the quota.
             */
            granted: number;
            /**
             * Format: double
             * @description How much is left.
             */
            left: number;
            /**
             * Format: double
             * @description How much is allowed now, with what was granted above the quota.
             */
            limit: number;
            /** @description What it counts. */
            measure: components["schemas"]["QuotaMeasure"];
            /** @description What people call it, where it is known. */
            name?: string | null;
            /** @description Which one of them this is about. */
            of: string;
            /** @description After which time it is whole again. */
            period: components["schemas"]["QuotaPeriod"];
            /** @description The quota. */
            quota_id: components["schemas"]["QuotaId"];
            /**
             * Format: int32
             * @description The highest of 80, 95 and 100 percent that is reached.
             */
            reached_percent?: number | null;
            resets_at?: components["schemas"]["Time"] | null;
            /** @description Whose use it limits. */
            subject: components["schemas"]["QuotaSubject"];
            /**
             * Format: double
             * @description How much is used, by the ledger. What is reserved for calls under way is not in it.
             */
            used: number;
        };
        /** @description How far quotas are used up. */
        QuotaStatuses: {
            /**
             * @description Those that concern whoever asks; for administrators, also those of named users, machines,
             *     sessions and models, and, where each has an allowance of its own, of those who have reached
             *     80 percent of theirs.
             */
            quotas: components["schemas"]["QuotaStatus"][];
            session_id?: components["schemas"]["SessionId"] | null;
        };
        /**
         * @description Whose use a quota limits.
         * @enum {string}
         */
        QuotaSubject: "tenant" | "user" | "machine" | "session" | "model";
        /** @description A quota. */
        QuotaView: {
            /** @description What becomes of a call that it stops. */
            at_stop: components["schemas"]["AtStop"];
            /** @description When. */
            changed_at: components["schemas"]["Time"];
            /** @description Who set it. */
            changed_by: components["schemas"]["UserId"];
            /**
             * Format: double
             * @description How much: tokens, calls, or US dollars.
             */
            limit: number;
            /** @description What it counts. */
            measure: components["schemas"]["QuotaMeasure"];
            /** @description What people call that one, where it is known. */
            name?: string | null;
            /** @description Which one of them; nothing where each has an allowance of its own. */
            of?: string | null;
            /** @description After which time it is whole again. */
            period: components["schemas"]["QuotaPeriod"];
            /** @description Identifier. */
            quota_id: components["schemas"]["QuotaId"];
            /** @description Whose use it limits. */
            subject: components["schemas"]["QuotaSubject"];
        };
        /** @description Grants more than a quota allows, until the quota's day or month is over. */
        RaiseQuota: {
            /**
             * Format: double
             * @description How much more: tokens, calls, or US dollars.
             */
            amount: number;
            /** @description To whom, where each has an allowance of its own. */
            of?: string | null;
        };
        /** @description What a million tokens of each class cost, in US dollars. */
        Rates: {
            /**
             * Format: double
             * @description Prompt tokens read from a cache; as `input` if it is left out.
             */
            cache_read?: number | null;
            /**
             * Format: double
             * @description Prompt tokens written to a cache; as `input` if it is left out.
             */
            cache_write?: number | null;
            /**
             * Format: double
             * @description Prompt tokens written to a cache for an hour; as `cache_write` if it is left out.
             */
            cache_write_1h?: number | null;
            /**
             * Format: double
             * @description Prompt tokens that a cache had no part in; 0 to 100000.
             */
            input: number;
            /**
             * Format: double
             * @description Generated tokens, reasoning among them; 0 to 100000.
             */
            output: number;
        };
        /** @description Codes for whoever loses their authenticator. The only time that they are shown. */
        RecoveryCodes: {
            /** @description Each works once in the place of a code. */
            recovery_codes: string[];
        };
        /** @description What a one-time link is good for. */
        RedeemedLink: {
            /** @description Whether it is a link for choosing a password, which is used up by doing so. */
            password?: boolean;
            /** @description Whether it is the set-up link, which is used up by making the administrator. */
            setup: boolean;
            user?: components["schemas"]["UserView"] | null;
            /** @description Who is to choose a password, by the name used to sign in. */
            username?: string | null;
        };
        /** @description Signs in with a one-time link. */
        RedeemLink: {
            /** @description From the link. */
            secret: string;
        };
        /** @description A machine has registered. */
        RegisteredMachine: {
            /** @description The identifier that the server gave it. */
            machine_id: components["schemas"]["MachineId"];
            /**
             * @description The server's Ed25519 public key, 64 hexadecimal digits; the machine compares it with the
             *     fingerprint in its token and pins it.
             */
            server_public_key: string;
            /** @description Always true. */
            success: boolean;
        };
        /** @description A machine registers. */
        RegisterMachine: {
            /** @description Release of the daemon. */
            agent_version?: string;
            /** @description For example `x86_64`. */
            arch?: string;
            /** @description What the machine can do. Its daemon says so on its link. */
            capabilities?: Record<string, never> | null;
            /** @description Host name. */
            hostname?: string;
            /** @description Where the machine thinks it is. Where it calls from is what counts. */
            ip_address?: string | null;
            /**
             * @description What the machine calls itself, a UUID. The server gives it another one: what a machine says
             *     takes nothing over.
             */
            machine_id?: string | null;
            /** @description Display name. */
            machine_name: string;
            /** @description `linux`, `macos` or `windows`. */
            os_type?: string;
            /** @description For example `Debian GNU/Linux 12`. */
            os_version?: string;
            /**
             * @description Ed25519 public key of the machine, 64 hexadecimal digits. The documented request has none,
             *     and is refused with what to run instead; its token is not used up.
             */
            public_key?: string;
            /** @description The registration token. */
            registration_token: string;
        };
        /**
         * @description Where a session stands, in the document's words. It has no word for what a session that goes on
         *     does at the moment.
         * @enum {string}
         */
        RemoteStatus: "active" | "paused" | "stopped" | "error";
        /** @description What became of a job that was to go away. */
        RemovedJob: {
            /** @description The job as it is now, or as it was last. */
            job: components["schemas"]["JobSummary"];
            /** @description `canceled`: it was not finished, and its record stays. `deleted`: its record is gone. */
            outcome: components["schemas"]["JobRemoval"];
            /** @description Always true. */
            success: boolean;
        };
        /** @description Gives a passkey another name. */
        RenamePasskey: {
            /** @description What to call it, 1 to 64 characters. */
            name: string;
        };
        /** @description Gives a session another name (`session.rename`). */
        RenameSession: {
            /** @description What to call it from now on, 1 to 200 characters. */
            name: string;
            /** @description Which session. */
            session_id: string;
        };
        /** @description What has come of it. */
        ReturnedFromProvider: {
            /** @description Whether the account that is signed in was linked. */
            linked: boolean;
            /** @description Always true. */
            success: boolean;
            user?: components["schemas"]["UserView"] | null;
        };
        /** @description What the provider has put into the address of `/sign-in/return`, as it stands there. */
        ReturnFromProvider: {
            /** @description `code`, if it went well. */
            code?: string | null;
            /** @description `error`, if it did not go well. */
            error?: string | null;
            /** @description `error_description`, if it is there. */
            error_description?: string | null;
            /** @description `iss`, if it is there. */
            iss?: string | null;
            /** @description `state`. */
            state: string;
        };
        /**
         * @description What a user may do, before assignments to machines are looked at.
         * @enum {string}
         */
        Role: "system_admin" | "tenant_admin" | "user" | "read_only";
        /**
         * @description Who says what an account may do.
         * @enum {string}
         */
        RoleFrom: "here" | "provider";
        /** @description Asks for an API token in the place of another. */
        RotateApiToken: {
            /**
             * Format: int32
             * @description For how many days the new one works, 1 to 365; as long as the old one was made for if it is
             *     left out.
             */
            expires_in_days?: number | null;
            /**
             * Format: int32
             * @description For how many minutes the old one goes on working, 0 to 60; 10 if it is left out.
             */
            overlap_minutes?: number;
        };
        /** @description A new API token that may do what an old one may. The only time that its secret is shown. */
        RotatedApiToken: {
            /** @description Since when. */
            created_at: components["schemas"]["Time"];
            /** @description When it ends. */
            expires_at: components["schemas"]["Time"];
            last_used_at?: components["schemas"]["Time"] | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description The old one, with its new end: from then on it is refused everywhere. */
            previous: components["schemas"]["ApiTokenView"];
            /** @description What it may be used for. */
            scopes: components["schemas"]["TokenScope"][];
            /** @description The token as it is to be kept. */
            token: string;
            /** @description Identifier. */
            token_id: components["schemas"]["ApiTokenId"];
        };
        /** @description What became of the key ring. */
        RotatedKeyRing: {
            /** @description The name of the key that seals from now on; not a secret. */
            key: string;
            /**
             * Format: int64
             * @description How many older keys are still in the ring's file.
             */
            older_keys: number;
            /**
             * Format: int64
             * @description How many secrets were sealed anew.
             */
            resealed: number;
            /** @description Always true. */
            success: boolean;
        };
        /** @description Why a method did not do what was asked. */
        RpcProblem: {
            /**
             * Format: int32
             * @description -32700, -32600, -32601, -32602 or -32603.
             */
            code: number;
            data?: components["schemas"]["RpcProblemData"] | null;
            /** @description For people. */
            message: string;
        };
        /** @description What problems of every door have. */
        RpcProblemData: {
            /** @description A stable word, such as `machine_offline`. */
            code: string;
            /** @description What to do about it. */
            hint?: string | null;
        };
        /** @description A request (JSON-RPC 2.0 §4), or an array of at most 50. */
        RpcRequest: {
            /** @description A string, a number or null; comes back with the answer. One without it wants no answer. */
            id?: Record<string, never>;
            /** @description `2.0`. */
            jsonrpc: string;
            /** @description What to do, such as `session.list`. */
            method: string;
            /** @description With what, by name. */
            params?: Record<string, never>;
        };
        /** @description An answer (JSON-RPC 2.0 §5), or an array of them. */
        RpcResponse: {
            error?: components["schemas"]["RpcProblem"] | null;
            /** @description The request's, as it was written. */
            id: Record<string, never>;
            /** @description `2.0`. */
            jsonrpc: string;
            /** @description What the method answers. */
            result?: Record<string, never>;
        };
        /** @description A rule that says nothing any more. */
        RuleDeleted: {
            /** @description Which rule. */
            rule_id: components["schemas"]["PolicyRuleId"];
        };
        /**
         * @description What a rule says to the calls that it covers.
         * @enum {string}
         */
        RuleEffect: "allow" | "deny" | "never";
        /** @description Which calls of a tool a rule covers. */
        RuleMatch: {
            /** @enum {string} */
            kind: "tool";
        } | {
            /** @enum {string} */
            kind: "prefix";
            /** @description The words, 1 to 8. */
            words: string[];
        } | {
            /** @description SHA-256 of everything that decides what the call does, in hexadecimal. */
            digest: string;
            /** @enum {string} */
            kind: "exact";
        };
        /** @description What a question offers to whoever would answer it once and for all. */
        RuleOffer: {
            /** @description SHA-256 of everything that decides what the call does, in hexadecimal, where that is known. */
            digest?: string | null;
            /** @description The tool. */
            tool: components["schemas"]["RuleTool"];
            /** @description The words of the command, where it is plain enough for a rule about its first words. */
            words?: string[];
        };
        /**
         * @description How much of what was asked an answer once and for all covers.
         * @enum {string}
         */
        RuleReach: "exact" | "prefix" | "tool";
        /** @description Rules in force. */
        Rules: {
            /** @description The newest first; of a session, those for everybody first. */
            rules: components["schemas"]["RuleView"][];
        };
        /** @description How far a rule reaches. */
        RuleScope: {
            /** @enum {string} */
            kind: "tool";
        } | {
            /** @description The command, for people. */
            command: string;
            /** @description SHA-256 of everything that decides what the command does, in hexadecimal. */
            digest: string;
            /** @enum {string} */
            kind: "command";
        } | {
            /** @description SHA-256 of the tool's name and what it is given, in hexadecimal. */
            digest: string;
            /** @enum {string} */
            kind: "call";
        };
        /**
         * @description A tool; `other` for tools that nobody knows.
         * @enum {string}
         */
        RuleTool: "Bash" | "Edit" | "Glob" | "Grep" | "LS" | "MultiEdit" | "NotebookEdit" | "Read" | "TodoWrite" | "WebFetch" | "WebSearch" | "Write" | "other";
        /** @description What people have answered once and for all. */
        RuleView: {
            /** @description When it was given. */
            created_at: components["schemas"]["Time"];
            /** @description Who gave it. */
            created_by: components["schemas"]["UserId"];
            /** @description What it says. */
            effect: components["schemas"]["RuleEffect"];
            expires_at?: components["schemas"]["Time"] | null;
            last_used_at?: components["schemas"]["Time"] | null;
            machine_id?: components["schemas"]["MachineId"] | null;
            /** @description Which calls of it. */
            matches: components["schemas"]["RuleMatch"];
            owner_id?: components["schemas"]["UserId"] | null;
            /** @description In which directory of that machine; absent for all. */
            project_path?: string | null;
            request_id?: components["schemas"]["PermissionRequestId"] | null;
            /** @description Identifier. */
            rule_id: components["schemas"]["PolicyRuleId"];
            session_id?: components["schemas"]["SessionId"] | null;
            /** @description One line for people. */
            title: string;
            /** @description The tool. */
            tool: components["schemas"]["RuleTool"];
            /**
             * Format: int64
             * @description How often it has decided.
             */
            uses: number;
        };
        /**
         * @description Where an answer once and for all holds.
         * @enum {string}
         */
        RuleWithin: "workspace" | "machine";
        /**
         * @description What of a transcript it is in which something was found.
         * @enum {string}
         */
        Said: "prompt" | "answer" | "tool";
        /**
         * @description Looks for something in the transcripts of the chats that one may see. In a body, so that what is
         *     looked for stands in no address and no log.
         */
        SearchSessions: {
            /**
             * Format: int64
             * @description With a session: only what stands before this position.
             */
            before?: number | null;
            /** @description Without one: from the answer before. */
            cursor?: string | null;
            /**
             * Format: int32
             * @description Without one: at most so many sessions, 1 to 50; 20 if it is left out.
             */
            limit?: number | null;
            session_id?: components["schemas"]["SessionId"] | null;
            /**
             * @description What is looked for, 1 to 200 characters: it is found as it is, in the middle of text, whatever
             *     its case and the form of its letters; any number of blanks is one.
             */
            words: string;
        };
        /**
         * @description Whether a tenant's people must have a second factor.
         * @enum {string}
         */
        SecondFactorDemand: "optional" | "required";
        /** @description That an administrator has switched somebody's second factor off. */
        SecondFactorResetView: {
            /** @description When. */
            at: components["schemas"]["Time"];
            /** @description Who, by the name shown to others. */
            by_name: string;
        };
        /** @description How one's own second factor stands. */
        SecondFactorView: {
            /** @description Whether everybody in the tenant must have one. */
            demand: components["schemas"]["SecondFactorDemand"];
            /**
             * Format: int64
             * @description How many passkeys there are; one of them can be shown in the place of a code.
             */
            passkeys?: number;
            /**
             * Format: int64
             * @description How many recovery codes are left.
             */
            recovery_codes_left: number;
            reset?: components["schemas"]["SecondFactorResetView"] | null;
            since?: components["schemas"]["Time"] | null;
        };
        /** @description What may be shown in the second step of the sign-in that is under way. */
        SecondStepView: {
            /** @description Codes of an authenticator. Recovery codes may be given in any case. */
            codes: boolean;
            /** @description Passkeys, at the address at which this was asked. */
            passkeys: boolean;
        };
        /** @description One thing that can be chosen. */
        Selectable: {
            /** @description What it means. */
            description?: string | null;
            /** @description What to ask the agent for. */
            id: string;
            /** @description Name for people. */
            name: string;
        };
        /** @description A choice the agent offers, and what is chosen: its modes, or its models. */
        Selection: {
            /** @description What can be chosen. */
            available: components["schemas"]["Selectable"][];
            /** @description The chosen one, where the agent says it. */
            current?: string | null;
        };
        /** @description Where to go now. The cookie of the answer is what proves later that it is the same browser. */
        SentToProvider: {
            /** @description A page of the provider, which leads back to `/sign-in/return`. */
            url: string;
        };
        /** @description What the server says. */
        ServerMessage: {
            /** @description Whether it may ever type. */
            may_write: boolean;
            /** @enum {string} */
            type: "attached";
            /** @description Names this view. */
            viewer_id: string;
        } | {
            holder?: components["schemas"]["Holder"] | null;
            /**
             * Format: int64
             * @description The last input under this lease that reached the program.
             */
            input_seq: number;
            /**
             * Format: int64
             * @description Number of the lease; input numbers start again at 1 with each.
             */
            lease: number;
            /** @enum {string} */
            type: "keyboard";
            /** @description Whether it is this view. */
            yours: boolean;
        } | {
            /**
             * Format: int64
             * @description Number of the lease.
             */
            lease: number;
            /**
             * Format: int64
             * @description Number of the input.
             */
            seq: number;
            /** @enum {string} */
            type: "input_ack";
        } | {
            /**
             * Format: int32
             * @description Width in character cells.
             */
            columns: number;
            /**
             * Format: int32
             * @description Height in character cells.
             */
            rows: number;
            /** @enum {string} */
            type: "size";
        } | {
            /**
             * Format: int64
             * @description Offset of the first byte that is missing.
             */
            from: number;
            /**
             * Format: int64
             * @description Offset after the last byte that is missing.
             */
            to: number;
            /** @enum {string} */
            type: "gap";
        } | {
            /** @enum {string} */
            type: "link";
            /** @description Whether output flows and input arrives. */
            up: boolean;
        } | {
            /** @description How, for people. */
            detail: string;
            /** @enum {string} */
            type: "ended";
        } | {
            /** @description Stable word. */
            code: string;
            /** @description For people. */
            reason: string;
            /** @enum {string} */
            type: "closing";
        };
        /**
         * @description Something has happened in a session (`session.activity`). What was said is for those who follow
         *     it.
         */
        SessionActivity: {
            /** @description What. */
            activity: components["schemas"]["Activity"];
            /** @description Which session. */
            session_id: components["schemas"]["SessionId"];
        };
        /** @description A session that is gone. */
        SessionDeleted: {
            /** @description Which session. */
            session_id: components["schemas"]["SessionId"];
        };
        /** @description A session, written down as JSON. */
        SessionExport: {
            /** @description When it was written down. */
            exported_at: components["schemas"]["Time"];
            /** @description `json`. */
            format: components["schemas"]["ExportFormat"];
            /** @description The session and what was said in it. */
            session: components["schemas"]["ExportedTranscript"];
            /** @description `1.0`. */
            version: string;
        };
        /** Format: uuid */
        SessionId: string;
        /** @description What the agent calls the session. */
        SessionInfo: {
            /** @description A title on one line. */
            title?: string | null;
        };
        /**
         * @description What kind of work a session is.
         * @enum {string}
         */
        SessionKind: "chat" | "terminal";
        /** @description What a tenant allows its sessions. A limit that is not there does not hold. */
        SessionLimitsView: {
            /**
             * Format: int64
             * @description After how many seconds without anything happening a chat is stopped.
             */
            idle_limit_s?: number | null;
            /**
             * Format: int32
             * @description How many sessions may be open on one machine.
             */
            max_sessions_per_machine?: number | null;
            /**
             * Format: int32
             * @description How many sessions one user may have open.
             */
            max_sessions_per_user?: number | null;
            /**
             * Format: int32
             * @description How many prompts one session takes.
             */
            max_turns?: number | null;
        };
        /** @description Something about the agent that can be set. */
        SessionOption: {
            /** @description What it is about, such as `mode`, `model` or `thought_level`, as the agent says it. */
            category?: string | null;
            /** @description What a choice can be set to; empty for a switch. */
            choices?: components["schemas"]["ChoiceOption"][];
            /** @description What it is set to. */
            current: components["schemas"]["OptionValue"];
            /** @description What it means. */
            description?: string | null;
            /** @description What to ask the agent for. */
            id: string;
            /** @description Name for people. */
            name: string;
        };
        /**
         * @description Everybody to whom a session's transcript or screen is sent as it grows. Told anew
         *     (`session.presence`) whenever somebody comes or goes.
         */
        SessionPresence: {
            /** @description Who came first comes first; each person once, however many windows they have open. */
            people: components["schemas"]["PresentView"][];
            /** @description Which session. */
            session_id: components["schemas"]["SessionId"];
        };
        /**
         * @description What a person's consent for the session covers, for people. The server makes a rule of it, and
         *     sends that with the session's policy.
         */
        SessionRule: {
            /** @description How far it reaches. */
            scope: components["schemas"]["RuleScope"];
            /** @description The tool, as policies name it. */
            tool: string;
        };
        /** @description Sessions. */
        Sessions: {
            /** @description How many are in this answer. */
            count: number;
            /** @description Ask with this for the next page; absent on the last one. */
            next_cursor?: string | null;
            /** @description The last active first. */
            sessions: components["schemas"]["SessionView"][];
        };
        /**
         * @description The sessions as they are now. Sent after [`Connected`] with the other snapshots, and again
         *     with them when the client could not keep up with the changes.
         */
        SessionSnapshot: {
            /** @description Those that were active last and were not put away, at most 200. */
            sessions: components["schemas"]["SessionView"][];
        };
        /**
         * @description Where a session stands.
         * @enum {string}
         */
        SessionState: "starting" | "idle" | "running" | "waiting" | "paused" | "stopped" | "failed";
        /** @description Why updates of a subscribed chat do not come at the moment, or come again (`session.stream`). */
        SessionStream: {
            /** @description For people. */
            message?: string | null;
            /** @description Which session. */
            session_id: components["schemas"]["SessionId"];
            /** @description Whether updates flow. */
            state: components["schemas"]["StreamState"];
        };
        /** @description Records of a subscribed chat, in order and without holes (`session.updates`). */
        SessionUpdates: {
            /** @description Which session. */
            session_id: components["schemas"]["SessionId"];
            /** @description The records. */
            updates: components["schemas"]["UpdateRecord"][];
        };
        /**
         * @description What a session used. Told anew (`session.usage`) while it calls models, twice a second at the
         *     most.
         */
        SessionUsage: {
            /**
             * Format: int64
             * @description Call attempts.
             */
            calls: number;
            /** @description Whether nobody knows the price of some of it, so that a high one was taken. */
            cost_is_assumed: boolean;
            /**
             * Format: double
             * @description What they cost, in US dollars.
             */
            cost_usd: number;
            /**
             * Format: int64
             * @description Those of them whose tokens are estimates, because the upstream has not counted them to
             *     their end: they are under way, or were broken off.
             */
            estimated_calls: number;
            /** @description The session. */
            session_id: components["schemas"]["SessionId"];
            /** @description Tokens by class. */
            tokens: components["schemas"]["TokenCounts"];
            /**
             * Format: int64
             * @description All tokens.
             */
            total_tokens: number;
        };
        /** @description A session. */
        SessionView: {
            /** @description Whether a turn or the terminal's program runs. */
            active: boolean;
            /** @description The agent; absent for a plain shell. */
            agent_name?: string | null;
            /** @description Whether it was put away; it is not listed then unless it is asked for. */
            archived: boolean;
            containment?: components["schemas"]["Containment"] | null;
            /** @description What holds it, and what that does not hold. */
            containment_detail?: string | null;
            /** @description When it was ordered. */
            created_at: components["schemas"]["Time"];
            /** @description Why it failed, or how its program ended. */
            detail?: string | null;
            /** @description The same, as the gateway document prints it. */
            id: components["schemas"]["SessionId"];
            imported_at?: components["schemas"]["Time"] | null;
            /** @description Chat or terminal. */
            kind: components["schemas"]["SessionKind"];
            /** @description The same, as the gateway document prints it. */
            last_active: components["schemas"]["Time"];
            /** @description When anything last happened. */
            last_active_at: components["schemas"]["Time"];
            /** @description Where it runs. */
            machine_id: components["schemas"]["MachineId"];
            /** @description The model asked for. */
            model?: string | null;
            /** @description The same, as the gateway document prints it. */
            name: string;
            /** @description Whose it is. */
            owner: components["schemas"]["Owner"];
            paused?: components["schemas"]["PauseView"] | null;
            /** @description The policy preset. */
            permission_preset: string;
            policy?: components["schemas"]["PolicyView"] | null;
            /** @description The directory on the machine. */
            project_path: string;
            /** @description Identifier. */
            session_id: components["schemas"]["SessionId"];
            /** @description Where it stands. */
            status: components["schemas"]["SessionState"];
            /** @description Words by which people find it again, sorted. */
            tags: string[];
            /** @description What people call it. */
            title: string;
            /**
             * Format: int32
             * @description For how many days its transcript is kept on the server after it was last active; absent where
             *     it is on the machine only.
             */
            transcript_kept_days?: number | null;
            /**
             * Format: int64
             * @description After how many seconds without anything happening it ends by itself; absent: never.
             */
            ttl?: number | null;
            usage?: components["schemas"]["UsageTotals"] | null;
            worktree?: components["schemas"]["WorktreeView"] | null;
        };
        /** @description Makes the first administrator. */
        Setup: {
            /** @description The name shown to others; the username if it is left out. */
            display_name?: string | null;
            /** @description 8 to 256 characters. */
            password: string;
            /** @description From the link that the server printed. */
            secret: string;
            /** @description The name used to sign in. */
            username: string;
        };
        /**
         * @description What somebody may do in another person's session.
         * @enum {string}
         */
        ShareLevel: "watch" | "drive";
        /** @description Everybody to whom a session is lent. */
        Shares: {
            /** @description Who was first comes first. */
            shares: components["schemas"]["ShareView"][];
            /** @description Always true. */
            success: boolean;
        };
        /** @description Lends a session to somebody, or changes what was lent. */
        ShareSession: {
            /**
             * Format: int64
             * @description For how many seconds, from 1 to 2592000 (30 days); 86400 (a day) if it is left out.
             */
            expires_in?: number;
            /** @description What; `watch` if it is left out. Only who may work on the session's machine can `drive`. */
            level?: components["schemas"]["ShareLevel"];
            /** @description To whom: the name with which they sign in. */
            username: string;
        };
        /** @description Somebody to whom a session is lent. */
        ShareView: {
            /** @description The name shown to others. */
            display_name: string;
            /** @description Until when. */
            expires_at: components["schemas"]["Time"];
            /** @description When. */
            granted_at: components["schemas"]["Time"];
            /** @description By whom. */
            granted_by: components["schemas"]["UserId"];
            /** @description What. */
            level: components["schemas"]["ShareLevel"];
            /** @description Whether they may drive the session now. Who was taken off its machine only watches. */
            may_drive: boolean;
            /** @description To whom. */
            user_id: components["schemas"]["UserId"];
            /** @description The name used to sign in. */
            username: string;
        };
        /** @description Shows a second factor again: a code, or what a passkey has signed. One of the two. */
        ShowSecondFactor: {
            /** @description Six digits, or a recovery code. Blanks do not count. */
            code?: string | null;
            passkey?: components["schemas"]["SignedByPasskey"] | null;
        };
        /** @description What an authenticator has signed. */
        SignedByPasskey: {
            /** @description `authenticatorData`. */
            authenticator_data: string;
            /** @description `clientDataJSON`. */
            client_data: string;
            /** @description Which credential: `rawId`. */
            credential: string;
            /** @description `signature`. */
            signature: string;
            /** @description `userHandle`, where the authenticator gives one. */
            user_handle?: string | null;
        };
        /** @description Somebody signed in. */
        SignedIn: {
            second_factor_reset?: components["schemas"]["SecondFactorResetView"] | null;
            /** @description Always true. */
            success: boolean;
            /** @description Who. */
            user: components["schemas"]["UserView"];
        };
        /** @description Somebody has set up an authenticator on the way in, and is signed in. */
        SignedInWithSecondFactor: {
            /** @description Each works once in the place of a code. The only time that they are shown. */
            recovery_codes: string[];
            /** @description Always true. */
            success: boolean;
            /** @description Who. */
            user: components["schemas"]["UserView"];
        };
        /** @description Signs in with a password. */
        SignIn: {
            /** @description The password. */
            password: string;
            /** @description The name used to sign in. */
            username: string;
        };
        /** @description A provider with which people sign in. */
        SignInProvider: {
            /** @description What its button says. */
            name: string;
            /** @description By what it is named in addresses. */
            provider_id: string;
        };
        /** @description A slash command of the agent. */
        SlashCommand: {
            /** @description What it does. */
            description: string;
            /** @description What to write after it. */
            hint?: string | null;
            /** @description Its name, without the slash. */
            name: string;
        };
        /** @description The chat as a whole has moved on. */
        StateUpdate: {
            /** @description Why, where it has ended; for people. */
            detail?: string | null;
            /** @description Where it stands. */
            state: components["schemas"]["ChatState"];
        };
        /** @description Ends a session. */
        StopSession: {
            /** @description Why, for the transcript. */
            reason?: string | null;
        };
        /**
         * @description How a chat is told.
         * @enum {string}
         */
        StreamFormat: "v1" | "updates";
        /** @description A piece of the answer to `ask_stream` (`stream`). */
        StreamPiece: {
            /** @description The text. */
            content: string;
            /** @description The identifier of the request, as it was written. */
            id: Record<string, never>;
            /** @description The session. */
            session_id: components["schemas"]["SessionId"];
            /** @description What it is. */
            type: components["schemas"]["StreamPieceKind"];
        };
        /**
         * @description What a piece of an answer is.
         * @enum {string}
         */
        StreamPieceKind: "content" | "error" | "done";
        /**
         * @description Whether updates of a chat flow.
         * @enum {string}
         */
        StreamState: "live" | "machine_offline" | "restarted" | "ended";
        /** @description Submits a job. */
        SubmitJob: {
            /** @description The agent; the first that the machine has, if it is left out. */
            agent_name?: string | null;
            allowed_tools?: components["schemas"]["ToolList"] | null;
            auth_policy?: components["schemas"]["AuthPolicy"] | null;
            denied_tools?: components["schemas"]["ToolList"] | null;
            /**
             * @description The same key with the same job makes one job, however often it is sent. Over HTTP the header
             *     `Idempotency-Key` says the same.
             */
            idempotency_key?: string | null;
            /**
             * @description Whether what else the agent asks waits for a person, for as long as `timeout` allows; if not,
             *     `non_interactive_permissions` decides. False if it is left out.
             */
            interactive?: boolean;
            machine_id?: components["schemas"]["MachineId"] | null;
            /**
             * Format: int64
             * @description For how many seconds the machine may be away before the job fails, at most 604800. If it is
             *     left out, the machine must be online now and may be away for 900 seconds later on.
             */
            machine_wait?: number | null;
            /**
             * Format: int32
             * @description How many prompts the session takes, from 1; without limit if it is left out.
             */
            max_turns?: number | null;
            /** @description The model; the agent's default if it is left out. */
            model?: string | null;
            non_interactive_permissions?: components["schemas"]["NonInteractive"] | null;
            /**
             * @description The starting point: `safe-readonly`, `ask`, `dev-default`, `full-auto`, or a preset that
             *     an administrator has made.
             */
            permission_preset?: string | null;
            permissions?: components["schemas"]["Permissions"] | null;
            /**
             * Format: int64
             * @description Jobs with a higher one go first on their machine, -100 to 100; 0 if it is left out.
             */
            priority?: number | null;
            /** @description The directory; the machine's first workspace if it is left out. */
            project_path?: string | null;
            prompt?: components["schemas"]["PromptContent"] | null;
            /**
             * Format: int64
             * @description How many seconds an attempt may take, at most 604800; 0 or left out: as long as it takes.
             */
            timeout?: number | null;
            webhook?: components["schemas"]["JobWebhook"] | null;
            worktree?: components["schemas"]["WantedWorktree"] | null;
        };
        /** @description Asks for the updates of a chat (`session.subscribe`). */
        Subscribe: {
            /**
             * Format: int64
             * @description The last position that is known; 0 for all.
             */
            after?: number;
            /** @description How it is told. */
            format?: components["schemas"]["StreamFormat"];
            /** @description Its identifier, or the name of an open session of one's own. */
            session_id: string;
        };
        /** @description The updates will come. */
        Subscribed: {
            /** @description Which session. */
            session_id: components["schemas"]["SessionId"];
            /** @description Always true. */
            subscribed: boolean;
        };
        /** @description What came of `/new` or `/agent NAME`. */
        Switched: {
            /** @description The agent of the new session. */
            agent?: string | null;
            /** @description What was done, for people. */
            message: string;
            /** @description The new session. */
            session_id: components["schemas"]["SessionId"];
        };
        /** @description Tags a session, or takes the tag away (`session.tag`, `session.untag`). */
        TagSession: {
            /** @description Which session. */
            session_id: string;
            /** @description The tag, 1 to 50 characters. */
            tag: string;
        };
        /**
         * @description A machine takes a newer release of its program. What becomes of it is in the audit log, and which
         *     one it runs is told by the machine.
         */
        TakenUpdate: {
            /** @description Always true. */
            success: boolean;
            /** @description Which one, as it was signed. */
            version: string;
        };
        /** @description Who may work on the machines of a tenant. */
        TenantAssignments: {
            /** @description Machine by machine, as they and then the accounts were made. */
            assignments: components["schemas"]["MachineAssignmentView"][];
            /** @description Where to go on; absent if this was all. */
            next_cursor?: string | null;
        };
        /** Format: uuid */
        TenantId: string;
        /** @description Tenants that one may know of. */
        Tenants: {
            /** @description By number. */
            tenants: components["schemas"]["TenantView"][];
        };
        /** @description An organisation. */
        TenantView: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            frozen?: components["schemas"]["FreezeView"] | null;
            /** @description Identifier, as accounts carry it. */
            id: components["schemas"]["TenantId"];
            /** @description What it allows its sessions. */
            limits?: components["schemas"]["SessionLimitsView"];
            /**
             * Format: int64
             * @description How many machines it has.
             */
            machines: number;
            /** @description What it is called. */
            name: string;
            /** @description Whether its people must have a second factor. */
            second_factor: components["schemas"]["SecondFactorDemand"];
            /**
             * Format: int64
             * @description The small number by which documents and scripts name it.
             */
            tenant_id: number;
            /**
             * Format: int32
             * @description For how many days the transcripts of its sessions are kept on the server; absent where they are
             *     on their machines only.
             */
            transcripts_kept_days?: number | null;
            /**
             * Format: int64
             * @description How many accounts it has, of people and for scripts; deleted ones do not count.
             */
            users: number;
        };
        /** @description A piece of what a terminal has shown, or its end. */
        TerminalOutput: {
            /**
             * Format: int64
             * @description The exit status of its program, once that has ended by itself.
             */
            exit_code?: number | null;
            /** @description The agent's name for the terminal. */
            terminal_id: string;
            /** @description What comes after what it has shown before; may be empty. */
            text: string;
            /** @description The tool call that shows the terminal. */
            tool_call_id: string;
        };
        /** @description What came of trying a key out. */
        TestedProviderKey: {
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            duration_ms: number;
            /**
             * Format: int32
             * @description The status that the provider answered; `null` if it did not.
             */
            http_status?: number | null;
            /** @description The same for people, with what the provider answered. */
            message: string;
            /** @description The models that the provider lists for this key, at most 200. */
            models: string[];
            /** @description What came of it. */
            result: components["schemas"]["KeyTrial"];
            /** @description Whether the provider accepts the key. */
            success: boolean;
        };
        /** Format: date-time */
        Time: string;
        /** @description Tokens by class. The classes do not overlap: their sum is what was processed. */
        TokenCounts: {
            /**
             * Format: int64
             * @description Prompt tokens read from a cache.
             */
            cache_read: number;
            /**
             * Format: int64
             * @description Prompt tokens written to a cache.
             */
            cache_write: number;
            /**
             * Format: int64
             * @description The part of `cache_write` that was written for an hour, where the upstream says so; what
             *     is written for less costs less.
             */
            cache_write_1h?: number;
            /**
             * Format: int64
             * @description Prompt tokens that were neither read from nor written to a cache.
             */
            input: number;
            /**
             * Format: int64
             * @description Generated tokens, reasoning among them.
             */
            output: number;
            /**
             * Format: int64
             * @description The part of `output` that was reasoning, where the upstream says so.
             */
            reasoning: number;
        };
        /**
         * @description One thing that a token may be used for. Every token may look at what its owner may see.
         * @enum {string}
         */
        TokenScope: "full" | "read" | "sessions" | "machines" | "users" | "keys" | "budget" | "policy";
        /** @description What has happened, and where. */
        ToldMatter: {
            /** @description The agent that works in it. */
            agent_name?: string | null;
            /**
             * Format: int64
             * @description How often.
             */
            count: number;
            machine_id?: components["schemas"]["MachineId"] | null;
            /** @description What people call it. */
            machine_name?: string | null;
            /** @description Whose session it is, where it is somebody else's. */
            owner_name?: string | null;
            session_id?: components["schemas"]["SessionId"] | null;
            /** @description The page on which one can see to it. */
            url: string;
        };
        /**
         * @description A tool, under the name that people write in policies.
         * @enum {string}
         */
        Tool: "Bash" | "Edit" | "Glob" | "Grep" | "LS" | "MultiEdit" | "NotebookEdit" | "Read" | "TodoWrite" | "WebFetch" | "WebSearch" | "Write";
        /** @description A tool call, as far as it is known. An absent member means "unchanged". */
        ToolCall: {
            /** @description What it has brought, whole. Replaces what it had brought before. */
            content?: components["schemas"]["ToolContent"][] | null;
            /**
             * Format: int64
             * @description How many bytes were left out because the whole was too large.
             */
            cut_bytes?: number | null;
            /** @description The files it touches, whole. */
            locations?: components["schemas"]["Location"][] | null;
            /** @description The agent's name of the tool. */
            name?: string | null;
            /** @description What the tool was given. */
            raw_input?: Record<string, never>;
            /** @description What the tool answered. */
            raw_output?: Record<string, never>;
            status?: components["schemas"]["ToolStatus"] | null;
            /** @description One line for people, in the agent's words. */
            title?: string | null;
            /** @description The agent's name for it. */
            tool_call_id: string;
            tool_kind?: components["schemas"]["ToolKind"] | null;
        };
        /** @description Something that a tool call has brought. */
        ToolContent: {
            /** @description The content. */
            content: components["schemas"]["Content"];
            /** @enum {string} */
            kind: "content";
        } | {
            /** @enum {string} */
            kind: "diff";
            /** @description What is there afterwards. */
            new_text: string;
            /** @description What was there; absent where the file is new. */
            old_text?: string | null;
            /** @description Which file. */
            path: string;
        } | {
            /** @enum {string} */
            kind: "terminal";
            /** @description The agent's name for it. */
            terminal_id: string;
        } | {
            /** @enum {string} */
            kind: "unknown";
            /** @description The JSON. */
            raw: Record<string, never>;
        };
        /** @description What happens to a tool. */
        ToolEffect: {
            /** @description What happens. */
            effect: components["schemas"]["Effect"];
            /** @description Why. */
            reason: string;
            /** @description Which tool. */
            tool: components["schemas"]["Tool"];
        };
        /**
         * @description What kind of thing a tool call does, as ACP has it.
         * @enum {string}
         */
        ToolKind: "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other";
        ToolList: ("Bash" | "Edit" | "Glob" | "Grep" | "LS" | "MultiEdit" | "NotebookEdit" | "Read" | "TodoWrite" | "WebFetch" | "WebSearch" | "Write")[] | string;
        /**
         * @description Where a tool call stands.
         * @enum {string}
         */
        ToolStatus: "pending" | "in_progress" | "paused" | "completed" | "failed" | "cancelled" | "unfinished";
        /** @description For how long a tenant keeps the transcripts of its sessions on the server. */
        TranscriptKeeping: {
            /**
             * Format: int32
             * @description For how many days after a session was last active, 1 to 3650. `null` keeps none, and deletes
             *     what is kept.
             */
            days?: number | null;
            /** @description Workspaces of which something else is said, 200 at the most. */
            workspaces?: components["schemas"]["WorkspaceKeeping"][];
        };
        /** @description Something that happens in a turn (`event`). */
        TurnEvent: {
            /** @description The text. */
            content: string;
            /**
             * Format: int64
             * @description How many bytes of the text were left out.
             */
            cut_bytes?: number | null;
            /**
             * @description The identifier of the `ask_stream` that asked for the turn, as it was written; for those who
             *     follow the session the turn.
             */
            id: Record<string, never>;
            /** @description What the tool was given. */
            input?: Record<string, never>;
            /** @description The tool's name. */
            name?: string | null;
            /** @description What the tool has brought. */
            output?: string | null;
            /**
             * Format: int64
             * @description The position in the transcript; give the last one as `after` to go on behind it.
             */
            seq: number;
            /** @description The session. */
            session_id: components["schemas"]["SessionId"];
            /** @description The tool call. */
            tool_call_id?: string | null;
            turn_id?: components["schemas"]["TurnId"] | null;
            /** @description What kind of event it is. */
            type: components["schemas"]["EventType"];
            /** @description `v1`. */
            version: string;
        };
        /** Format: uuid */
        TurnId: string;
        /** @description What began a turn. */
        TurnOrigin: {
            /** @enum {string} */
            kind: "prompt";
        } | {
            /** @enum {string} */
            kind: "note";
            /** @description The question that was denied. */
            request_id: components["schemas"]["PermissionRequestId"];
        };
        /** @description Turns of a session. */
        Turns: {
            /** @description The newest first. */
            turns: components["schemas"]["TurnView"][];
        };
        /**
         * @description Where a turn stands. At every moment a turn is in exactly one of these.
         * @enum {string}
         */
        TurnState: "sent" | "on_machine" | "running" | "done" | "cancelled" | "failed" | "unknown";
        /** @description A turn has come into being or has moved on. */
        TurnUpdate: {
            /** @description Who prompted. */
            author: string;
            /** @description What began it. */
            origin: components["schemas"]["TurnOrigin"];
            /** @description Why it ended, for people; absent where the agent was simply done. */
            outcome?: string | null;
            /** @description Where it stands. */
            state: components["schemas"]["TurnState"];
            /** @description The agent's own word for why it stopped, whatever it is. */
            stop_reason?: string | null;
            /** @description Which turn. */
            turn_id: components["schemas"]["TurnId"];
        };
        /** @description A turn. */
        TurnView: {
            /** @description Who prompted. */
            author: components["schemas"]["UserId"];
            /** @description When the server took it. */
            created_at: components["schemas"]["Time"];
            finished_at?: components["schemas"]["Time"] | null;
            /** @description The agent's stop reason, or the error. */
            outcome?: string | null;
            /** @description The session it belongs to. */
            session_id: components["schemas"]["SessionId"];
            /** @description Where it stands. */
            state: components["schemas"]["TurnState"];
            /**
             * @description Why it ended, for programs: the agent's stop reason, such as `end_turn` or `refusal`;
             *     `nobody_to_ask` where a question needed a person and the policy says `fail`;
             *     `login_required` where the agent insists on a login.
             */
            stop_reason?: string | null;
            /** @description Identifier. */
            turn_id: components["schemas"]["TurnId"];
        };
        /** @description Something that this version does not know, as it was said. */
        Unknown: {
            /**
             * Format: int64
             * @description How many bytes of JSON were left out.
             */
            cut_bytes?: number | null;
            /** @description The JSON. `null` where it was too large to keep; see `cut_bytes`. */
            raw: Record<string, never>;
        };
        /** @description A model that was called although nobody knows what it costs. */
        UnknownPrice: {
            /**
             * Format: int64
             * @description Calls within the last 30 days.
             */
            calls: number;
            /** @description The last of them. */
            last_at: components["schemas"]["Time"];
            /** @description The model, as it was asked for. */
            model?: string | null;
            /** @description Whose it is. */
            provider: string;
        };
        /** @description A machine leaves. */
        UnregisterMachine: {
            /**
             * Format: int64
             * @description When it says so, milliseconds since the Unix epoch by its own clock.
             */
            at_ms: number;
            /** @description Which machine. */
            machine_id: components["schemas"]["MachineId"];
            /**
             * @description Its Ed25519 signature, 128 hexadecimal digits, over the text `gantline machine leaves v1`, a
             *     zero byte, the identifier (16 bytes), the time (8 bytes, big-endian) and the server's
             *     public key (32 bytes).
             */
            signature: string;
        };
        /** @description Ends a subscription (`session.unsubscribe`). */
        Unsubscribe: {
            /** @description Its identifier, or the name of an open session of one's own. */
            session_id: string;
        };
        /** @description One entry of a transcript. */
        Update: (components["schemas"]["TurnUpdate"] & {
            /** @enum {string} */
            kind: "turn";
        }) | (components["schemas"]["Queue"] & {
            /** @enum {string} */
            kind: "queue";
        }) | (components["schemas"]["StateUpdate"] & {
            /** @enum {string} */
            kind: "state";
        }) | (components["schemas"]["AgentUpdate"] & {
            /** @enum {string} */
            kind: "agent";
        }) | (components["schemas"]["UserMessage"] & {
            /** @enum {string} */
            kind: "user_message";
        }) | (components["schemas"]["MessageChunk"] & {
            /** @enum {string} */
            kind: "agent_message_chunk";
        }) | (components["schemas"]["MessageChunk"] & {
            /** @enum {string} */
            kind: "agent_thought_chunk";
        }) | (components["schemas"]["ToolCall"] & {
            /** @enum {string} */
            kind: "tool_call";
        }) | (components["schemas"]["TerminalOutput"] & {
            /** @enum {string} */
            kind: "terminal_output";
        }) | (components["schemas"]["Plan"] & {
            /** @enum {string} */
            kind: "plan";
        }) | (components["schemas"]["ContextUsage"] & {
            /** @enum {string} */
            kind: "usage";
        }) | (components["schemas"]["Selection"] & {
            /** @enum {string} */
            kind: "modes";
        }) | (components["schemas"]["Selection"] & {
            /** @enum {string} */
            kind: "models";
        }) | (components["schemas"]["Options"] & {
            /** @enum {string} */
            kind: "options";
        }) | (components["schemas"]["Commands"] & {
            /** @enum {string} */
            kind: "commands";
        }) | (components["schemas"]["SessionInfo"] & {
            /** @enum {string} */
            kind: "session_info";
        }) | (components["schemas"]["PermissionUpdate"] & {
            /** @enum {string} */
            kind: "permission";
        }) | (components["schemas"]["PolicyDecision"] & {
            /** @enum {string} */
            kind: "policy_decision";
        }) | (components["schemas"]["Notice"] & {
            /** @enum {string} */
            kind: "notice";
        }) | (components["schemas"]["Unknown"] & {
            /** @enum {string} */
            kind: "unknown";
        });
        /** @description One record of a chat's transcript. */
        UpdateRecord: {
            /** @description When it happened, by the machine's clock. */
            at: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Position in the transcript, from 1, without holes.
             */
            seq: number;
            /** @description What happened. */
            update: components["schemas"]["Update"];
        };
        /** @description A page of a chat's transcript. */
        Updates: {
            /**
             * Format: int64
             * @description The highest position that exists.
             */
            last: number;
            /** @description In order. */
            updates: components["schemas"]["UpdateRecord"][];
        };
        /** @description Changes a session (`session.update`). */
        UpdateSession: {
            /** @description Further tags. */
            add_tags?: string[];
            /** @description Its agent, which cannot be changed: another one is refused. */
            agent?: string | null;
            /** @description Whether it is put away. */
            archived?: boolean | null;
            /** @description What to call it from now on, 1 to 200 characters. */
            name?: string | null;
            /** @description Tags that it no longer has. */
            remove_tags?: string[];
            /** @description Which session. */
            session_id: string;
            /** @description All its tags. */
            tags?: string[] | null;
        };
        /** @description What was used, added up, and the last attempts. */
        Usage: {
            /** @description By what it is added up. */
            by: components["schemas"]["UsageGrouping"];
            /** @description The dearest first; days and hours in their order, without those in which nothing was used. */
            groups: components["schemas"]["UsageGroup"][];
            /**
             * @description Whether there are more than the 1000 groups that are listed: those that cost least, or the
             *     earliest days or hours.
             */
            has_more_groups: boolean;
            /** @description From when. */
            since: components["schemas"]["Time"];
            /** @description All of it. */
            total: components["schemas"]["UsageTotals"];
            /** @description Until when, without that moment. */
            until: components["schemas"]["Time"];
            /** @description The last attempts, the newest first. */
            usage: components["schemas"]["UsageView"][];
        };
        /** @description What one of a group used. */
        UsageGroup: {
            /**
             * Format: int64
             * @description Call attempts.
             */
            calls: number;
            /** @description Whether nobody knows the price of some of it, so that a high one was taken. */
            cost_is_assumed: boolean;
            /**
             * Format: double
             * @description What they cost, in US dollars.
             */
            cost_usd: number;
            /**
             * Format: int64
             * @description Those of them whose tokens are estimates, because the upstream has not counted them to
             *     their end: they are under way, or were broken off.
             */
            estimated_calls: number;
            /**
             * @description Which one: an identifier, a model, a day such as `2026-11-21`, or an hour such as
             *     `2026-11-21T16:00Z`.
             */
            key: string;
            /** @description What it is called; of a model, whose it is. */
            name: string;
            /** @description Tokens by class. */
            tokens: components["schemas"]["TokenCounts"];
            /**
             * Format: int64
             * @description All tokens.
             */
            total_tokens: number;
        };
        /**
         * @description By what usage is added up.
         * @enum {string}
         */
        UsageGrouping: "user" | "machine" | "session" | "model" | "day" | "hour";
        /** Format: uuid */
        UsageRecordId: string;
        /**
         * @description How sure a usage record is, and how its attempt ended.
         * @enum {string}
         */
        UsageStatus: "complete" | "partial" | "estimated" | "aborted" | "refused";
        /** @description What was used, added up. */
        UsageSummary: {
            /** @description By what it is added up. */
            by: components["schemas"]["UsageGrouping"];
            /** @description The dearest first; days and hours in their order, without those in which nothing was used. */
            groups: components["schemas"]["UsageGroup"][];
            /**
             * @description Whether there are more than the 1000 groups that are listed: those that cost least, or the
             *     earliest days or hours.
             */
            has_more_groups: boolean;
            /** @description From when. */
            since: components["schemas"]["Time"];
            /** @description All of it. */
            total: components["schemas"]["UsageTotals"];
            /** @description Until when, without that moment. */
            until: components["schemas"]["Time"];
        };
        /** @description What calls used together. */
        UsageTotals: {
            /**
             * Format: int64
             * @description Call attempts.
             */
            calls: number;
            /** @description Whether nobody knows the price of some of it, so that a high one was taken. */
            cost_is_assumed: boolean;
            /**
             * Format: double
             * @description What they cost, in US dollars.
             */
            cost_usd: number;
            /**
             * Format: int64
             * @description Those of them whose tokens are estimates, because the upstream has not counted them to
             *     their end: they are under way, or were broken off.
             */
            estimated_calls: number;
            /** @description Tokens by class. */
            tokens: components["schemas"]["TokenCounts"];
            /**
             * Format: int64
             * @description All tokens.
             */
            total_tokens: number;
        };
        /** @description One LLM call attempt. */
        UsageView: {
            /**
             * Format: double
             * @description What they cost, in US dollars.
             */
            cost_usd?: number | null;
            /**
             * Format: int64
             * @description Milliseconds until the end.
             */
            duration_ms: number;
            /**
             * Format: int64
             * @description Milliseconds until the first byte of the answer.
             */
            first_byte_ms?: number | null;
            /**
             * Format: int32
             * @description The upstream's HTTP status.
             */
            http_status?: number | null;
            /** @description Where the agent ran. */
            machine_id: components["schemas"]["MachineId"];
            /** @description The model asked for. */
            model?: string | null;
            /** @description The model that answered. */
            model_answered?: string | null;
            /**
             * Format: int64
             * @description Microseconds that the gateway itself took before the request went on.
             */
            overhead_us?: number | null;
            price_source?: components["schemas"]["PriceSource"] | null;
            /** @description Which price of there. */
            price_version?: string | null;
            /** @description The vendor. */
            provider: string;
            provider_key_id?: components["schemas"]["ProviderKeyId"] | null;
            /** @description The session. */
            session_id: components["schemas"]["SessionId"];
            /** @description When it began. */
            started_at: components["schemas"]["Time"];
            /** @description How sure the tokens are. */
            status: components["schemas"]["UsageStatus"];
            /** @description Tokens by class. */
            tokens: components["schemas"]["TokenCounts"];
            /** @description Identifier. */
            usage_id: components["schemas"]["UsageRecordId"];
            /** @description Whose session it was. */
            user_id: components["schemas"]["UserId"];
        };
        /** @description Somebody was given a right on a machine. */
        UserAssigned: {
            /** @description For people. */
            message: string;
            /** @description What was stored. */
            permission: components["schemas"]["AssignmentLevel"];
            /** @description Always true. */
            success: boolean;
        };
        /** Format: uuid */
        UserId: string;
        /**
         * @description Whether an account belongs to a person.
         * @enum {string}
         */
        UserKind: "person" | "service";
        /** @description What a person wrote, whole. */
        UserMessage: {
            /** @description Who wrote it. */
            author: string;
            /** @description What was written. */
            content: components["schemas"]["Content"][];
            /** @description Identifier of the message. */
            message_id: string;
            /** @description The turn it begins. */
            turn_id: components["schemas"]["TurnId"];
        };
        UserRef: string | number;
        /** @description The accounts of a tenant. */
        Users: {
            /** @description By number. */
            users: components["schemas"]["AccountView"][];
        };
        /**
         * @description Whether an account may act. Only `Active` has any rights.
         * @enum {string}
         */
        UserState: "active" | "invited" | "disabled" | "deleted";
        /** @description Somebody's right on a machine was taken back. */
        UserUnassigned: {
            /** @description For people. */
            message: string;
            /** @description Always true. */
            success: boolean;
        };
        /** @description An account. */
        UserView: {
            /** @description When it was made. */
            created_at: components["schemas"]["Time"];
            /** @description The name shown to others. */
            display_name: string;
            /** @description Person or service account. */
            kind: components["schemas"]["UserKind"];
            /**
             * Format: int64
             * @description The small number by which scripts name it.
             */
            number: number;
            /** @description What it may do. */
            role: components["schemas"]["Role"];
            /** @description Whether it may do anything at all. */
            state: components["schemas"]["UserState"];
            /** @description The tenant it belongs to. */
            tenant_id: components["schemas"]["TenantId"];
            /** @description Identifier. */
            user_id: components["schemas"]["UserId"];
            /** @description The name used to sign in. */
            username: string;
        };
        /** @description An account that was made, or whose link was made anew. */
        UserWithLink: {
            invitation?: components["schemas"]["PasswordLink"] | null;
            /** @description Always true. */
            success: boolean;
            /** @description The account. */
            user: components["schemas"]["UserView"];
        };
        /** @description Whether a token is good. */
        VerifiedToken: {
            /** @description Always true; a bad token is an error. */
            valid: boolean;
        };
        /** @description Asks whether a token is good. */
        VerifyToken: {
            /** @description The token. */
            token: string;
        };
        /** @description What a session's worktree is to be. */
        WantedWorktree: {
            /**
             * @description The commit with which it begins: a branch, a tag, or what else names one; the last one if it
             *     is left out.
             */
            base?: string | null;
            /**
             * @description The branch that is made for it, 1 to 200 characters; named after the session if it is left
             *     out. There must be none of that name.
             */
            branch?: string | null;
        };
        /**
         * @description Something that whoever asked should know.
         * @enum {string}
         */
        Warning: "empty_text_is_every_tool" | "no_tool_is_left";
        /** @description One try to deliver. */
        WebhookAttemptView: {
            /** @description When it was begun. */
            at: components["schemas"]["Time"];
            /**
             * Format: int32
             * @description Which one, from 1.
             */
            attempt: number;
            /** @description Why it was no delivery. */
            error?: string | null;
            /**
             * Format: int32
             * @description The status of the answer, where there was one.
             */
            status?: number | null;
            /**
             * Format: int64
             * @description How long it took.
             */
            took_ms: number;
        };
        /** Format: uuid */
        WebhookDeliveryId: string;
        /** @description One end of a job that is told. */
        WebhookDeliveryView: {
            /** @description What was tried, the oldest first; at most the last 32. */
            attempts?: components["schemas"]["WebhookAttemptView"][];
            /** @description When the job ended. */
            created_at: components["schemas"]["Time"];
            /** @description Its `webhook-id`, the same however often it is sent. */
            id: components["schemas"]["WebhookDeliveryId"];
            next_attempt_at?: components["schemas"]["Time"] | null;
            /** @description Where it stands. */
            status: components["schemas"]["DeliveryState"];
            /** @description `job.completed`, `job.failed` or `job.canceled`. */
            type: string;
        };
        /**
         * @description What a webhook tells of a job beside where it stands.
         * @enum {string}
         */
        WebhookPart: "prompt" | "result";
        /** @description What may be known of the secret that signs one's webhooks. */
        WebhookSecretView: {
            created_at?: components["schemas"]["Time"] | null;
            previous_until?: components["schemas"]["Time"] | null;
        };
        /**
         * @description What happens to a prompt that arrives while a turn runs.
         * @enum {string}
         */
        WhenBusy: "queue" | "steer";
        /**
         * @description Why transcripts were not looked through.
         * @enum {string}
         */
        WhyNotSearched: "offline" | "too_old" | "too_slow" | "unreadable";
        /**
         * @description For how long the transcripts of one workspace, and of what is inside it, are kept on the server,
         *     whatever is said of the others. The innermost counts.
         */
        WorkspaceKeeping: {
            /**
             * Format: int32
             * @description For how many days after a session was last active, 1 to 3650. `null` keeps none, and deletes
             *     what is kept.
             */
            days?: number | null;
            /** @description The machine on which it is. */
            machine_id: components["schemas"]["MachineId"];
            /** @description The directory. */
            project_path: string;
        };
        /**
         * @description What became of a session's worktree.
         * @enum {string}
         */
        WorktreeState: "in_use" | "kept" | "removed";
        /** @description The worktree of a session. */
        WorktreeView: {
            /** @description The commit with which it began, in hexadecimal. */
            base: string;
            /** @description The branch that was made for it. */
            branch: string;
            /**
             * Format: int32
             * @description Commits that no other branch had then.
             */
            commits: number;
            /** @description What else is to be said of it. */
            detail?: string | null;
            /**
             * Format: int32
             * @description Files in it that were not committed, counted when the session was over.
             */
            files: number;
            /** @description The directory of whose repository it is. */
            source: string;
            /** @description What became of it. When the session is over it goes, unless it holds what is nowhere else. */
            state: components["schemas"]["WorktreeState"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
