"""`/v1/chat/completions` with server-side chains, as a subclass of vLLM's own handler."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from typing import Any

from fastapi import Request
from vllm.entrypoints.generate.base.protocol import (
    DeltaFunctionCall,
    DeltaMessage,
    DeltaToolCall,
    FunctionCall,
    RequestResponseMetadata,
    ToolCall,
)
from vllm.entrypoints.openai.chat_completion.protocol import (
    ChatCompletionLogProbs,
    ChatCompletionRequest,
    ChatCompletionResponse,
    ChatCompletionResponseChoice,
    ChatCompletionResponseStreamChoice,
    ChatCompletionStreamResponse,
    ChatMessage,
)
from vllm.entrypoints.openai.chat_completion.serving import OpenAIServingChat
from vllm.entrypoints.serve.engine.protocol import (
    ErrorResponse,
    PromptTokenUsageInfo,
    UsageInfo,
)
from vllm.exceptions import GenerationError

from fluxem_qwen3.config import FluxEMConfig
from fluxem_qwen3.prompt import Prompt, has_markup
from fluxem_toolbox import TOOLS, tools_of
from fluxem_toolbox.registry import CORE, others
from fluxem_vllm.chain.composition import Compose
from fluxem_vllm.chain.steps import Limits
from fluxem_vllm.chain.toolset import MAX_LINE_CHARS, Toolset
from fluxem_vllm.chain.trace import bound_json
from fluxem_vllm.pool.executor import Detected, Executor
from fluxem_vllm.router import OFFERED, Router
from fluxem_vllm.serving.conversation import SEARCHED, Turn, lay_out, read_turns
from fluxem_vllm.serving.driver import Done, Driver, Job, Shown, Usage, sampling_params
from fluxem_vllm.serving.errors import POOL_ERRORS, kind_of, status_of
from fluxem_vllm.serving.options import OptionError, Options, given_spans, merge, read_options
from fluxem_vllm.words import spoken

logger = logging.getLogger(__name__)

MAX_CHOICES = 16
MAX_CHARS = 2_000_000  # of all texts of a request that are searched for values
# What vLLM itself passes to the chat template, or the template's caller to its reader.
RESERVED = {
    *("add_generation_prompt", "chat_template", "continue_final_message", "conversation"),
    *("documents", "max_length", "padding", "processor_kwargs", "return_assistant_tokens_mask"),
    *("return_dict", "return_tensors", "tokenize", "tokenizer_kwargs", "tools", "truncation"),
}


class FluxEMServingChat(OpenAIServingChat):
    """Answers chat requests that hold values by a chain; leaves all others to vLLM.

    Built from vLLM's own handler by `adopt`, whose state it shares.
    """

    driver: Driver
    executor: Executor
    router: Router
    limits: Limits

    @classmethod
    def adopt(
        cls,
        stock: OpenAIServingChat,
        executor: Executor,
        router: Router,
        config: FluxEMConfig,
        limits: Limits,
        compose: Compose | None,
    ) -> "FluxEMServingChat":
        """A handler that does what `stock` does, and chains."""
        chat = cls.__new__(cls)
        chat.__dict__.update(stock.__dict__)
        chat.executor, chat.router, chat.limits = executor, router, limits
        chat.driver = Driver(chat, executor, router, config, compose)
        return chat

    async def create_chat_completion(
        self, request: ChatCompletionRequest, raw_request: Request | None = None
    ) -> AsyncGenerator[str, None] | ChatCompletionResponse | ErrorResponse:
        """Answer a request; stock vLLM's behaviour unless a chain is called for."""
        try:
            options = read_options((request.model_extra or {}).get("fluxem"), self.limits)
            turns = self._turns(request, options)
            spans = await self._spans(turns, options) if turns is not None else []
        except OptionError as error:
            return self.create_error_response(str(error), param="fluxem")
        if turns is None or not self._wants_chain(request, turns, spans, options):
            return await super().create_chat_completion(request, raw_request)
        if (error_response := await self._check_model(request)) is not None:
            return error_response
        if (error_response := self._check_request(request)) is not None:
            return error_response
        self._preflight(request.n or 1)
        job = await self._job(request, raw_request, turns, spans, options)
        first = self.driver.render(job, job.messages)  # refuses what is too long before any work
        metadata = RequestResponseMetadata(request_id=job.request_id)
        if raw_request is not None:
            raw_request.state.request_metadata = metadata
        if request.stream:
            return self._stream(job, first, options, metadata)
        return await self._complete(job, first, options, metadata)

    def _turns(self, request: ChatCompletionRequest, options: Options) -> list[Turn] | None:
        """The turns of a request that a chain can serve, None for what only vLLM serves."""
        if options.mode == "off":
            return None
        forced = request.tools and request.tool_choice not in (None, "auto", "none")
        special = (
            request.use_beam_search
            or request.echo
            or request.prompt_logprobs is not None
            or request.continue_final_message
            or not request.add_generation_prompt
            or request.add_special_tokens
            or request.documents
            or request.return_token_ids
            or request.truncate_prompt_tokens is not None
            or request.chat_template is not None
            or (request.chat_template_kwargs or {}).get("chat_template") is not None
        )
        turns = None if forced or special else read_turns(request.messages)
        if turns is None and (options.tools is not None or options.embeddings):
            raise OptionError(
                "`fluxem.tools` and `fluxem.embeddings` need a request that a chain can serve: "
                "text messages, no forced tool_choice, no option that changes vLLM's prompt"
            )
        return turns

    def _wants_chain(
        self,
        request: ChatCompletionRequest,
        turns: Sequence[Turn],
        spans: Sequence[Sequence[Detected]],
        options: Options,
    ) -> bool:
        """Values, tools asked for, words of a tool that is not built in, texts that vLLM alone
        would take for chat markup, or the client's own tools where vLLM has no parser for their
        calls or the checkpoint is guided in their use."""
        own = request.tools and request.tool_choice == "auto"
        return bool(
            any(spans)
            or options.tools is not None
            or (own and (self.driver.config.guided or not self.enable_auto_tools))
            or self._others(_asked(turns))
            or any(has_markup(self.driver.tokenizer, s) for t in turns for s in (t.role, t.text))
        )

    def _others(self, asked: str) -> list[str]:
        """Those tools that are not built in and may be asked for: they may need no value."""
        told = {name: f"{spoken(name)} {TOOLS[name].summary}" for name in others()}
        return self.router.sounding_like(asked, told)

    def _check_request(self, request: ChatCompletionRequest) -> ErrorResponse | None:
        """Refuse what would else fail only after a stream has begun.

        Raises:
            ValueError: for sampling parameters out of range.
        """
        if (request.n or 1) > MAX_CHOICES:
            return self.create_error_response(
                f"`n` must be at most {MAX_CHOICES} for chains, got {request.n}", param="n"
            )
        given = request.max_completion_tokens
        limit = request.max_tokens if given is None else given
        sampling_params(request, 1 if limit is None else limit, self.default_sampling_params)
        return None

    async def _spans(self, turns: Sequence[Turn], options: Options) -> list[list[Detected]]:
        """The spans of every turn, at most `limits.slots` in all, the latest turns first served."""
        searched = [turn.text if turn.role in SEARCHED else "" for turn in turns]
        if (length := sum(map(len, searched))) > MAX_CHARS:
            raise OptionError(
                f"the messages have {length} characters; chains read at most {MAX_CHARS}. "
                'Send `"fluxem": {"mode": "off"}` to leave them to vLLM alone.'
            )
        texts = [text for text in searched if text]
        found = iter(await self._detect(texts, turns, options) if texts else [])
        spans = [next(found) if text else [] for text in searched]
        users = [i for i, turn in enumerate(turns) if turn.role == "user"]
        if options.embeddings:
            if not users:
                raise OptionError("`fluxem.embeddings` needs a user message")
            given = given_spans(turns[users[-1]].text, options.embeddings)
            spans[users[-1]] = merge(spans[users[-1]], given)
        left = options.limits.slots
        for i in reversed(range(len(spans))):
            spans[i] = spans[i][:left]
            left -= len(spans[i])
        return spans

    async def _detect(
        self, texts: Sequence[str], turns: Sequence[Turn], options: Options
    ) -> list[list[Detected]]:
        """What the texts hold; amounts with units are numbers where no tool for them is asked."""
        limit, domains = options.limits.slots, self.driver.config.domains
        found = await self.executor.detect(texts, limit, domains)
        unread = self.router.plain_domains(_asked(turns), [d.span for own in found for d in own])
        unread -= {TOOLS[name].domain for name in options.tools or () if name in TOOLS}
        if not unread:
            return found
        return await self.executor.detect(texts, limit, set(domains) - unread)

    async def _job(
        self,
        request: ChatCompletionRequest,
        raw_request: Request | None,
        turns: Sequence[Turn],
        spans: Sequence[Sequence[Detected]],
        options: Options,
    ) -> Job:
        template_options = {
            k: v
            for k, v in self._effective_chat_template_kwargs(request).items()
            if k not in RESERVED and v is not None
        }
        headers = raw_request.headers if raw_request is not None else {}
        tools = self._toolset(request, turns, spans, options)
        return Job(
            request=request,
            request_id=f"chatcmpl-{self._base_request_id(raw_request, request.request_id)}",
            messages=lay_out(turns, spans, self.driver.config.render),
            found=[d for found in spans for d in found],
            tools=tools,
            question=_asked(turns),
            limits=options.limits,
            template_options=template_options,
            engine_options={
                "lora_request": self._maybe_get_adapters(request),
                "trace_headers": await self._get_trace_headers(headers) if headers else None,
                "priority": self._get_priority(request, raw_request),
                "data_parallel_rank": self._get_data_parallel_rank(raw_request),
                "session_id": self._get_session_id(request, raw_request),
            },
        )

    def _toolset(
        self,
        request: ChatCompletionRequest,
        turns: Sequence[Turn],
        spans: Sequence[Sequence[Detected]],
        options: Options,
    ) -> Toolset:
        own = [] if request.tool_choice == "none" else request.tools or []
        client = {t.function.name: t.model_dump(exclude_none=True) for t in own}
        config = self.driver.config
        allowed: Collection[str] = tools_of(config.domains)
        if options.tools is not None:
            allowed = options.tools
        elif not any(spans):
            allowed = self._others(_asked(turns))
        values = [d.span for found in spans for d in found]
        count = OFFERED if options.tools is None else len(options.tools) + len(client)
        guided = config.guided
        told = {name: _told(name, schema) for name, schema in client.items()} if guided else {}
        free = [name for name in allowed if name not in client]
        if not free and not told:
            return Toolset.of((), client)
        server, likely, beside = self.router.offer(_asked(turns), values, free, count, told)
        if not guided:
            return Toolset.of(server, client, likely)
        brought = {name: client[name] for name in beside}  # it has not learnt to read long lists
        last = turns[-1].text if turns[-1].role == "user" else ""
        spoken_of = [*self.router.sounding_like(last, told), *self._others(last)]
        tools = Toolset.of(server, brought, likely)
        return tools.guided((*CORE, *config.domains), spoken_of)

    async def _complete(
        self, job: Job, first: Prompt, options: Options, metadata: RequestResponseMetadata
    ) -> ChatCompletionResponse:
        ends: dict[int, Done] = {}
        async with aclosing(self._all_choices(job, first, stream=False)) as events:
            async for i, event in events:
                if isinstance(event, Done):
                    ends[i] = event
        done = [ends[i] for i in sorted(ends)]
        choices = [self._choice(i, d, job) for i, d in enumerate(done)]
        if options.trace and len(done) > 1:
            for choice, d in zip(choices, done, strict=True):
                choice.fluxem = d.answer.trace.to_json()
        extra: dict[str, Any] = {"fluxem": done[0].answer.trace.to_json()} if options.trace else {}
        metadata.final_usage_info = self._usage([d.usage for d in done])
        return ChatCompletionResponse(
            id=job.request_id,
            model=self.models.model_name(job.engine_options["lora_request"]),
            choices=choices,
            usage=metadata.final_usage_info,
            system_fingerprint=self.system_fingerprint,
            **extra,
        )

    def _choice(self, index: int, done: Done, job: Job) -> ChatCompletionResponseChoice:
        calls = [
            ToolCall(function=FunctionCall(name=c.name, arguments=_arguments(c.arguments)))
            for c in _parallel(done.answer.client_calls, job.request)
        ]
        text = done.text if done.text or not calls else None
        return ChatCompletionResponseChoice(
            index=index,
            message=ChatMessage(role=self.response_role, content=text, tool_calls=calls),
            logprobs=done.logprobs,
            finish_reason=done.answer.finish,
        )

    def _usage(self, usages: Sequence[Usage]) -> UsageInfo:
        prompt, completion = sum(u.prompt for u in usages), sum(u.completion for u in usages)
        usage = UsageInfo(
            prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion
        )
        if self.enable_prompt_tokens_details:
            cached = sum(u.cached for u in usages)
            usage.prompt_tokens_details = PromptTokenUsageInfo(cached_tokens=cached)
        return usage

    async def _stream(
        self, job: Job, first: Prompt, options: Options, metadata: RequestResponseMetadata
    ) -> AsyncGenerator[str, None]:
        chunks = _Chunks(job, self.models.model_name(job.engine_options["lora_request"]))
        usages: list[Usage] = []
        try:
            for i in range(job.request.n or 1):
                yield chunks.delta(i, DeltaMessage(role=self.response_role, content=""))
            async with aclosing(self._all_choices(job, first, stream=True)) as events:
                async for i, event in events:
                    if isinstance(event, Shown):
                        yield chunks.delta(i, DeltaMessage(content=event.text), event.logprobs)
                        continue
                    usages.append(event.usage)
                    for chunk in self._closing(i, event, chunks, job, options):
                        yield chunk
            metadata.final_usage_info = self._usage(usages)
            wanted = job.request.stream_options
            if (wanted and wanted.include_usage) or self.enable_force_include_usage:
                yield chunks.usage(metadata.final_usage_info)
        except GenerationError as error:
            yield f"data: {self._convert_generation_error_to_streaming_response(error)}\n\n"
        except POOL_ERRORS as error:
            status = status_of(error)
            told = self.create_streaming_error_response(str(error), kind_of(status), status)
            yield f"data: {told}\n\n"
        except Exception as error:  # the reply has begun, so the stream must tell of any defect
            logger.exception("a stream ended with an error")
            yield f"data: {self.create_streaming_error_response(error)}\n\n"
        yield "data: [DONE]\n\n"

    def _closing(
        self, i: int, done: Done, chunks: "_Chunks", job: Job, options: Options
    ) -> list[str]:
        calls = [
            DeltaToolCall(
                index=k,
                id=ToolCall(function=FunctionCall(name=c.name, arguments="")).id,
                type="function",
                function=DeltaFunctionCall(name=c.name, arguments=_arguments(c.arguments)),
            )
            for k, c in enumerate(_parallel(done.answer.client_calls, job.request))
        ]
        out = [chunks.delta(i, DeltaMessage(tool_calls=calls))] if calls else []
        extra = {"fluxem": done.answer.trace.to_json()} if options.trace else {}
        return [*out, chunks.finish(i, done.answer.finish, extra)]

    async def _all_choices(
        self, job: Job, first: Prompt, *, stream: bool
    ) -> AsyncGenerator[tuple[int, Shown | Done], None]:
        """The events of all choices as they come; closing it ends them all."""
        queue: asyncio.Queue[tuple[int, Shown | Done | Exception]] = asyncio.Queue(maxsize=64)

        async def one(choice: int) -> None:
            try:
                async with aclosing(self.driver.drive(job, first, choice, stream=stream)) as events:
                    async for event in events:
                        await queue.put((choice, event))
            except Exception as error:  # handed over, and raised where the events are taken
                await queue.put((choice, error))

        choices = job.request.n or 1
        tasks = [asyncio.create_task(one(i)) for i in range(choices)]
        try:
            while choices:
                i, event = await queue.get()
                if isinstance(event, Exception):
                    raise event
                choices -= isinstance(event, Done)
                yield i, event
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _asked(turns: Sequence[Turn]) -> str:
    """All that the user has said, which is what tools are chosen by."""
    return "\n".join(turn.text for turn in turns if turn.role == "user")


def _told(name: str, schema: dict[str, Any]) -> str:
    """What a client's tool says of itself."""
    return f"{spoken(name)} {schema['function'].get('description') or ''}"[:MAX_LINE_CHARS]


def _arguments(arguments: dict[str, Any]) -> str:
    return json.dumps({n: bound_json(v) for n, v in arguments.items()}, ensure_ascii=False)


def _parallel(calls: Sequence[Any], request: ChatCompletionRequest) -> Sequence[Any]:
    return calls[:1] if request.parallel_tool_calls is False else calls


class _Chunks:
    """The server-sent events of one reply."""

    def __init__(self, job: Job, model: str) -> None:
        self.id, self.model, self.created = job.request_id, model, int(time.time())

    def _chunk(self, choices: list[ChatCompletionResponseStreamChoice], **extra: Any) -> str:
        chunk = ChatCompletionStreamResponse(
            id=self.id, created=self.created, model=self.model, choices=choices, **extra
        )
        return f"data: {chunk.model_dump_json(exclude_unset=True)}\n\n"

    def delta(
        self, index: int, delta: DeltaMessage, logprobs: ChatCompletionLogProbs | None = None
    ) -> str:
        choice = ChatCompletionResponseStreamChoice(
            index=index, delta=delta, logprobs=logprobs, finish_reason=None
        )
        return self._chunk([choice], object="chat.completion.chunk")

    def finish(self, index: int, reason: str, extra: dict[str, Any]) -> str:
        choice = ChatCompletionResponseStreamChoice(
            index=index, delta=DeltaMessage(), logprobs=None, finish_reason=reason
        )
        return self._chunk([choice], object="chat.completion.chunk", **extra)

    def usage(self, usage: UsageInfo) -> str:
        return self._chunk([], object="chat.completion.chunk", usage=usage)
