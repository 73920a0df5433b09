# Installs linmu to a folder of its own, builds USER against it there, and runs both programs from it.
function(must_run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${SCRATCH} COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE said ECHO_OUTPUT_VARIABLE)
  set(said "${said}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH})
set(prefix ${SCRATCH}/prefix)
must_run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
must_run(${CMAKE_COMMAND} -S ${USER} -B ${SCRATCH}/user -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_BUILD_TYPE=Release)
must_run(${CMAKE_COMMAND} --build ${SCRATCH}/user)
must_run(${SCRATCH}/user/parcel)

# The copy is read where it was installed, not in the source tree.
must_run(${prefix}/bin/linmu steps)
if(NOT said MATCHES "class-area")
  message(FATAL_ERROR "the installed program lists no step class-area")
endif()
file(REMOVE_RECURSE ${SCRATCH})
